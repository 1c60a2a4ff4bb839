/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.message.CommandReply;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a command has come, and when.
 *
 * @param deliveredAt when the device acknowledged it
 * @param endedAt when its state became final
 * @param reply what the device said, even if that came after the end
 * @param repliedAt when it said so
 */
public record CommandProgress(
        CommandState state,
        Optional<Instant> deliveredAt,
        Optional<Instant> endedAt,
        Optional<CommandReply> reply,
        Optional<Instant> repliedAt) {

    /** Of a command that was just created. */
    static final CommandProgress NONE =
            new CommandProgress(
                    CommandState.QUEUED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** Whether the device replied after the command had already ended without it. */
    public boolean repliedLate() {
        return reply.isPresent() && state != CommandState.SUCCEEDED && state != CommandState.FAILED;
    }

    CommandProgress delivered(Instant at) {
        return new CommandProgress(
                CommandState.DELIVERED, Optional.of(at), endedAt, reply, repliedAt);
    }

    CommandProgress ended(CommandState end, Instant at) {
        return new CommandProgress(end, deliveredAt, Optional.of(at), reply, repliedAt);
    }

    CommandProgress replied(CommandReply answer, Instant at) {
        return new CommandProgress(
                state, deliveredAt, endedAt, Optional.of(answer), Optional.of(at));
    }
}
