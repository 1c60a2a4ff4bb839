/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.DesiredState;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.MessageReader;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.JsonBounds;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.DeviceTurns;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reported and desired state of all devices. {@link #report} never blocks and is what the channel's
 * event loops call; every other method reads or writes the store and belongs on virtual threads.
 */
public final class Twins {

    private static final Logger LOG = LoggerFactory.getLogger(Twins.class);

    private final TwinStore store;
    private final LiveSessions sessions;
    private final JsonBounds bounds;
    private final Clock clock;
    private final MessageReader reader = MessageReader.forServer();
    private final DeviceTurns turns = new DeviceTurns();

    /** Wires the twins. */
    public Twins(TwinStore store, LiveSessions sessions, Limits limits, Clock clock) {
        this.store = store;
        this.sessions = sessions;
        this.bounds = JsonBounds.of(limits, Limit.STATE_DOCUMENT_BYTES);
        this.clock = clock;
    }

    /**
     * Takes a payload of {@code me/state}. Never blocks.
     *
     * @param payload not changed afterwards by the caller
     * @param completion gets the version of the reported state once it is durable, or {@link
     *     MessageRefused} if the payload is not acceptable
     */
    public void report(
            AuthenticatedDevice device, byte[] payload, Completion<? super Long> completion) {
        StatePatch patch;
        try {
            patch = reader.statePatch(payload);
        } catch (MalformedMessage malformed) {
            completion.failed(refused(String.valueOf(malformed.getMessage())));
            return;
        }
        Optional<String> exceeded = bounds.exceededBy(patch.members(), "the state patch");
        if (exceeded.isPresent()) {
            completion.failed(refused(exceeded.get()));
            return;
        }
        store.submit(
                device.organization(),
                device.id(),
                new ReportedEdit(patch, bounds, clock.instant()),
                new Reported(completion));
    }

    /**
     * Changes the desired state, and tells the device if it is connected.
     *
     * @param patch a JSON merge patch
     * @param expectedVersion only if the desired state still has this version; empty for whatever
     *     version
     */
    public TwinChange setDesired(
            OrganizationId organization,
            DeviceId device,
            StatePatch patch,
            Optional<Long> expectedVersion,
            Actor actor) {
        Optional<String> exceeded = bounds.exceededBy(patch.members(), "the state patch");
        if (exceeded.isPresent()) {
            return new TwinChange.TooLarge(exceeded.get());
        }
        TwinChange change =
                store.change(
                        organization,
                        device,
                        new DesiredEdit(
                                organization,
                                device,
                                patch,
                                expectedVersion,
                                actor,
                                bounds.inEnvelope(),
                                clock.instant()));
        if (change instanceof TwinChange.Changed) {
            tell(organization, device);
        }
        return change;
    }

    /** The device's twin; empty if the organization has no such device. */
    public Optional<Twin> get(OrganizationId organization, DeviceId device) {
        return store.find(organization, device);
    }

    /** To be called when a device has subscribed to {@link Topics#DESIRED_STATE}. Blocks. */
    public void onSubscribed(AuthenticatedDevice device) {
        tell(device.organization(), device.id());
    }

    /**
     * Sends what differs, as it stands when the device's turn comes: of two changes the later one
     * is sent last, or both calls send the later one.
     */
    private void tell(OrganizationId organization, DeviceId device) {
        turns.take(device, () -> tellInTurn(organization, device));
    }

    private void tellInTurn(OrganizationId organization, DeviceId device) {
        Optional<DeviceSession> session = sessions.of(device);
        if (session.isEmpty()) {
            return;
        }
        Twin twin = store.find(organization, device).orElse(Twin.UNTOUCHED);
        ObjectNode difference = twin.difference();
        if (!difference.isEmpty()) {
            byte[] message = new DesiredState(twin.desired().version(), difference).toJson();
            session.get()
                    .deliver(new OutboundMessage(Topics.DESIRED_STATE, message), new Noted(device));
        }
    }

    private static MessageRefused refused(String why) {
        return new MessageRefused(RefusalReason.PAYLOAD_REFUSED, why);
    }

    /** Turns what became of a report into what the channel asks for. */
    private record Reported(Completion<? super Long> completion) implements Completion<TwinChange> {

        @Override
        public void durable(TwinChange change) {
            switch (change) {
                case TwinChange.Changed(Twin twin) -> completion.durable(twin.reported().version());
                case TwinChange.Unchanged(Twin twin) ->
                        completion.durable(twin.reported().version());
                case TwinChange.TooLarge(String why) -> completion.failed(refused(why));
                case TwinChange.NoSuchDevice() ->
                        completion.failed(refused("the device is not registered any more"));
                case TwinChange.VersionMismatch(Twin current) ->
                        throw new IllegalStateException(
                                "a report expects no version, yet " + current + " refused it");
            }
        }

        @Override
        public void failed(RuntimeException cause) {
            completion.failed(cause);
        }
    }

    /** Nothing hangs on the delivery: the device gets the difference whenever it subscribes. */
    private record Noted(DeviceId device) implements DeliveryOutcome {

        @Override
        public void delivered() {
            LOG.trace("device {} has its desired state", device);
        }

        @Override
        public void undelivered() {
            LOG.debug("device {} gets its desired state when it subscribes", device);
        }
    }
}
