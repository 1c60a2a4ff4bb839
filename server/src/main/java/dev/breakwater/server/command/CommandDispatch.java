/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.DeviceTurns;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands waiting commands to live sessions. There is one way only, whatever the occasion: look into
 * the store for the oldest waiting commands of the device and send those that are not on their way
 * over this very session. Hence the order is that of creation, a crash anywhere loses nothing, and
 * an occasion too many does no harm.
 */
final class CommandDispatch {

    private static final Logger LOG = LoggerFactory.getLogger(CommandDispatch.class);

    private final CommandStore store;
    private final CommandSealing sealing;
    private final LiveSessions sessions;
    private final Clock clock;
    private final ExecutorService threads;
    private final int inFlightMax;
    private final Deadlines deadlines;
    private final DeviceTurns turns = new DeviceTurns();

    /** The session over which each command is on its way. */
    private final ConcurrentHashMap<CommandId, DeviceSession> inFlight = new ConcurrentHashMap<>();

    /** Told when a delivery has set a deadline. */
    interface Deadlines {
        void dueAt(Instant due);
    }

    CommandDispatch(
            CommandStore store,
            CommandSealing sealing,
            LiveSessions sessions,
            Clock clock,
            ExecutorService threads,
            int inFlightMax,
            Deadlines deadlines) {
        this.store = store;
        this.sealing = sealing;
        this.sessions = sessions;
        this.clock = clock;
        this.threads = threads;
        this.inFlightMax = inFlightMax;
        this.deadlines = deadlines;
    }

    /** Sees to a device's waiting commands soon. Never blocks. */
    void wake(OrganizationId organization, DeviceId device) {
        if (sessions.of(device).isPresent()) {
            soon(device, () -> sendInTurn(organization, device));
        }
    }

    /** Sees to a device's waiting commands now. Blocks. */
    void send(OrganizationId organization, DeviceId device) {
        turns.take(device, () -> sendInTurn(organization, device));
    }

    private void soon(DeviceId device, Runnable work) {
        try {
            threads.execute(() -> turns.take(device, work));
        } catch (RejectedExecutionException closing) {
            LOG.debug("device {} gets its commands after the restart", device);
        }
    }

    private void sendInTurn(OrganizationId organization, DeviceId device) {
        Optional<DeviceSession> live = sessions.of(device);
        if (live.isEmpty()) {
            return;
        }
        DeviceSession session = live.get();
        try {
            Instant now = clock.instant();
            for (DeviceCommand command : store.queued(organization, device, inFlightMax)) {
                boolean expired = !now.isBefore(command.request().expiresAt());
                if (!expired && !session.equals(inFlight.put(command.id(), session))) {
                    session.deliver(message(command), new Delivery(command, session));
                }
            }
        } catch (StorageUnavailable later) {
            LOG.warn("device {} gets its commands when it subscribes again", device, later);
        }
    }

    private OutboundMessage message(DeviceCommand command) {
        return new OutboundMessage(
                Topics.command(command.id()),
                sealing.forDevice(
                        command.organization(),
                        command.device(),
                        command.id(),
                        command.request().toJson()),
                Optional.of(command.request().expiresAt()),
                Optional.of(Topics.commandReply(command.id())));
    }

    /** One command on its way over one session. */
    private final class Delivery implements DeliveryOutcome, Completion<CommandChange> {

        private final DeviceCommand command;
        private final DeviceSession session;

        Delivery(DeviceCommand command, DeviceSession session) {
            this.command = command;
            this.session = session;
        }

        @Override
        public void delivered() {
            Instant at = clock.instant();
            store.submit(
                    command.organization(),
                    command.id(),
                    new CommandStep.Step(
                            new Actor.ProvenDevice(command.device()),
                            before -> before.delivered(at)),
                    this);
        }

        /**
         * Forgotten here and now: if the device subscribes next on this session, it must be sent
         * again.
         */
        @Override
        public void undelivered() {
            forget();
        }

        /**
         * Forgotten in the device's turn: whoever has it may have read the command as queued just
         * before, and would send it again.
         */
        @Override
        public void durable(CommandChange change) {
            if (change instanceof CommandChange.Changed(DeviceCommand delivered)) {
                delivered.due().ifPresent(deadlines::dueAt);
            }
            soon(
                    command.device(),
                    () -> {
                        forget();
                        sendInTurn(command.organization(), command.device());
                    });
        }

        /** It stays queued and is sent again; the device knows it by its id. */
        @Override
        public void failed(RuntimeException cause) {
            forget();
            LOG.warn("the delivery of command {} could not be stored", command.id(), cause);
        }

        /** A later session may carry the command by now, and its entry must stay. */
        private void forget() {
            if (inFlight.remove(command.id(), session)) {
                LOG.trace("command {} is not on its way any more", command.id());
            }
        }
    }
}
