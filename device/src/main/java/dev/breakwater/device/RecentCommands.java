/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.message.CommandReply;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands seen last, with their replies, so that a command delivered twice is carried out
 * once. Bounded by count and by the bytes of the replies; in memory only, so a restarted device
 * relies on the expiry of commands. Safe for use by many threads.
 */
final class RecentCommands {

    static final int COMMANDS_MAX = 256;
    static final int REPLY_BYTES_MAX = 1 << 20;

    /** What is known of a command id. */
    sealed interface Known {

        /** Never seen, or forgotten. */
        record No() implements Known {}

        /** It is waiting or being carried out; its reply will come. */
        record Unfinished() implements Known {}

        /** It was answered with this. */
        record Answered(CommandReply reply) implements Known {}
    }

    private final LinkedHashMap<CommandId, Entry> entries = new LinkedHashMap<>();
    private long replyBytes;

    /** What one command has come to; it weighs nothing until it is answered. */
    private record Entry(Known known, int bytes) {}

    /** Tells what is known of the id and notes that it has now been seen. */
    synchronized Known see(CommandId id) {
        @Nullable Entry entry = entries.get(id);
        if (entry != null) {
            return entry.known();
        }
        entries.put(id, new Entry(new Known.Unfinished(), 0));
        forgetOldest();
        return new Known.No();
    }

    /** Notes the reply. */
    synchronized void answered(CommandId id, CommandReply reply) {
        int bytes = reply.toJson().length;
        if (entries.replace(id, new Entry(new Known.Answered(reply), bytes)) != null) {
            replyBytes += bytes;
            forgetOldest();
        }
    }

    private void forgetOldest() {
        while (entries.size() > COMMANDS_MAX || replyBytes > REPLY_BYTES_MAX) {
            CommandId oldest = entries.firstEntry().getKey();
            replyBytes -= entries.firstEntry().getValue().bytes();
            entries.remove(oldest);
        }
    }
}
