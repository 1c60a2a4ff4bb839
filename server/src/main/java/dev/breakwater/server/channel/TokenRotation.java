/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The next token over the channel: an empty message on {@code me/token/rotate}, the answer on
 * {@code me/token/issued}: {@code token} and {@code expiresAt}, or an RFC 9457 problem, both JSON.
 *
 * <p>The present token stays good until the new one has connected. A device that lost the answer
 * asks again and is given another one, which revokes the one that got lost: of several answers the
 * last counts.
 */
public final class TokenRotation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TokenRotation.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DeviceTokens tokens;
    private final LiveSessions sessions;
    private final Refusals refusals;
    private final BlockingWork work;

    /** Devices with a request in work: one of each, so that no device can take all places. */
    private final Set<DeviceId> inWork = ConcurrentHashMap.newKeySet();

    /** Wires the topic. */
    public TokenRotation(
            DeviceTokens tokens, LiveSessions sessions, Refusals refusals, Limits limits) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.refusals = refusals;
        this.work = new BlockingWork(limits.of(Limit.CHANNEL_ROTATIONS_IN_WORK));
    }

    /** Takes one request. Never blocks. */
    void request(AuthenticatedDevice device, byte[] payload, Completion<Object> completion) {
        if (payload.length > 0) {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.PAYLOAD_REFUSED,
                            "a rotation is asked for without words"));
            return;
        }
        if (!inWork.add(device.id())) {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.QUOTA_EXCEEDED,
                            "another rotation of the device is in work; wait for its answer"));
            return;
        }
        if (!work.tryRun(() -> rotate(device, completion))) {
            inWork.remove(device.id());
            completion.failed(
                    new MessageRefused(
                            RefusalReason.SERVER_BUSY,
                            Limit.CHANNEL_ROTATIONS_IN_WORK.key() + " is reached"));
        }
    }

    private void rotate(AuthenticatedDevice device, Completion<Object> completion) {
        DeviceTokens.Outcome outcome;
        try {
            outcome = tokens.rotate(device);
        } catch (RuntimeException failure) {
            inWork.remove(device.id());
            completion.failed(failure);
            return;
        }
        // Its place is free before the device can hear of the end and ask again.
        inWork.remove(device.id());
        switch (outcome) {
            case DeviceTokens.Outcome.Made made ->
                    answer(
                            device,
                            Map.of(
                                    "token", made.text().reveal(),
                                    "expiresAt", made.token().notAfter().toString()));
            case DeviceTokens.Outcome.NotFound _,
                    DeviceTokens.Outcome.NotPermitted _,
                    DeviceTokens.Outcome.NotActive _,
                    DeviceTokens.Outcome.SerialTaken _,
                    DeviceTokens.Outcome.LifeTooLong _ -> {
                RefusalReason reason = RefusalReason.ROTATION_WITHOUT_TOKEN;
                refusals.record(
                        new Refusal(
                                reason,
                                "channel",
                                Optional.of(device.organization()),
                                new Actor.ProvenDevice(device.id()),
                                Map.of()));
                answer(device, Map.of("type", "about:blank", "title", reason.clientText()));
            }
        }
        completion.durable(outcome);
    }

    private void answer(AuthenticatedDevice device, Map<String, String> words) {
        byte[] payload = JSON.writeValueAsBytes(words);
        sessions.of(device.id())
                .ifPresent(
                        session ->
                                session.deliver(
                                        new OutboundMessage(Topics.TOKEN_ISSUED, payload),
                                        new Noted(device)));
    }

    /** Finishes what is in work. */
    @Override
    public void close() {
        work.close();
    }

    /** Nothing hangs on the delivery: a device that asks again is given another one. */
    private record Noted(AuthenticatedDevice device) implements DeliveryOutcome {

        @Override
        public void delivered() {
            LOG.debug("{} has the answer to its rotation", device);
        }

        @Override
        public void undelivered() {
            LOG.debug("{} did not get the answer to its rotation; it will ask again", device);
        }
    }
}
