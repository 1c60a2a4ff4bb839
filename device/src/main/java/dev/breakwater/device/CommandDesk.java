/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.Envelope;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.CommandReply;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands in, has each carried out once, and answers every one: with its result, or with why
 * it was not carried out.
 */
final class CommandDesk {

    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);

    private final Map<String, CommandHandler> handlers = new ConcurrentHashMap<>();
    private final RecentCommands recent = new RecentCommands();
    private final MessageReader reader = MessageReader.forDevices();
    private final Inbox inbox;
    private final Outbox outbox;
    private final Clock clock;
    private final Sealed sealed;

    /** Opens what is sealed to this device. */
    interface Sealed {
        /** Empty if it does not open, or did before. */
        Optional<byte[]> open(byte[] envelope, String topic);
    }

    CommandDesk(Inbox inbox, Outbox outbox, Clock clock, Sealed sealed) {
        this.sealed = sealed;
        this.inbox = inbox;
        this.outbox = outbox;
        this.clock = clock;
    }

    void register(String name, CommandHandler handler) {
        if (handlers.putIfAbsent(Command.requireName(name), handler) != null) {
            throw new IllegalStateException("the command " + name + " has a handler already");
        }
    }

    /** Takes in what arrived on {@code me/commands/{id}}. */
    void receive(String topic, byte[] payload) {
        CommandId id;
        try {
            id = CommandId.parse(topic.substring(Topics.COMMANDS_PREFIX.length()));
        } catch (IllegalArgumentException malformed) {
            LOG.warn("Ignored a command under a malformed id");
            return;
        }
        switch (recent.see(id)) {
            case RecentCommands.Known.Answered(var reply) -> send(id, reply);
            case RecentCommands.Known.Unfinished() -> LOG.debug("Command {} came again", id);
            case RecentCommands.Known.No() -> takeIn(id, payload);
        }
    }

    /**
     * A command in clear is taken as well: whoever could put one into TLS could seal it, too, since
     * it takes no more than the public key.
     */
    private void takeIn(CommandId id, byte[] payload) {
        byte[] message = payload;
        if (payload.length > 0 && Envelope.begins(payload[0])) {
            Optional<byte[]> opened = sealed.open(payload, Topics.command(id));
            if (opened.isEmpty()) {
                fail(id, "this device could not open the command; its log says why");
                return;
            }
            message = opened.get();
        }
        Command command;
        try {
            command = reader.command(message);
        } catch (MalformedMessage malformed) {
            fail(id, String.valueOf(malformed.getMessage()));
            return;
        }
        @Nullable CommandHandler handler = handlers.get(command.name());
        if (handler == null) {
            fail(
                    id,
                    "this device does not know the command %s; it knows %s"
                            .formatted(command.name(), new TreeSet<>(handlers.keySet())));
        } else if (!inbox.offer(() -> carryOut(id, command, handler))) {
            fail(
                    id,
                    "this device has %d commands waiting and takes no more; give the command again later"
                            .formatted(Inbox.WAITING_MAX));
        }
    }

    private void carryOut(CommandId id, Command command, CommandHandler handler)
            throws InterruptedException {
        if (!clock.instant().isBefore(command.expiresAt())) {
            fail(id, "the command expired at %s, before its turn".formatted(command.expiresAt()));
            return;
        }
        try {
            answer(id, new CommandReply.Succeeded(handler.handle(command.arguments())));
        } catch (CommandFailed failed) {
            fail(id, String.valueOf(failed.getMessage()));
        } catch (RuntimeException fault) {
            LOG.error("The handler of {} failed on command {}", command.name(), id, fault);
            fail(id, "this device could not carry out the command; its log says why");
        }
    }

    private void fail(CommandId id, String reason) {
        answer(id, new CommandReply.Failed(withinLimit(reason)));
    }

    private void answer(CommandId id, CommandReply reply) {
        recent.answered(id, reply);
        send(id, reply);
    }

    private void send(CommandId id, CommandReply reply) {
        outbox.offer(
                new Outbox.Message(Outbox.Kind.IMPORTANT, Topics.commandReply(id), reply.toJson()));
    }

    /** Cuts a text to what a reply may carry, at a character's border. */
    private static String withinLimit(String reason) {
        String text = reason.isBlank() ? "no reason given" : reason.replace('\0', ' ');
        int end = Math.min(text.length(), CommandReply.ERROR_BYTES_MAX);
        while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length
                        > CommandReply.ERROR_BYTES_MAX
                || (end > 0 && Character.isHighSurrogate(text.charAt(end - 1)))) {
            end--;
        }
        return text.substring(0, end);
    }
}
