/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about a CONNECT: who it is, by the certificate alone (invariant I1), and whether they may
 * come in at this moment (invariant I2). Blocks; runs on virtual threads.
 *
 * <p>The session is attached before the admission is confirmed; {@link DeviceRegistry} explains why
 * a revocation cannot slip between the two.
 */
final class Admissions {

    private static final Logger LOG = LoggerFactory.getLogger(Admissions.class);

    private final DeviceRegistry registry;
    private final LiveSessions sessions;
    private final DeviceTopics topics;
    private final Quotas quotas;
    private final ChannelRefusals refusals;

    Admissions(
            DeviceRegistry registry,
            LiveSessions sessions,
            DeviceTopics topics,
            Quotas quotas,
            ChannelRefusals refusals) {
        this.registry = registry;
        this.sessions = sessions;
        this.topics = topics;
        this.quotas = quotas;
        this.refusals = refusals;
    }

    /** What became of a CONNECT. */
    sealed interface Verdict {

        /**
         * The session is attached and may begin.
         *
         * @param opening what the device left behind the last time
         */
        record Welcome(MqttSession session, KeptSessions.Opening opening) implements Verdict {}

        /**
         * The refusal has been recorded; the peer is still to be told.
         *
         * @param retryAfter how long it is not let in, if that is known
         */
        record Refused(RefusalReason reason, Optional<Duration> retryAfter) implements Verdict {}
    }

    /**
     * Judges, and on success attaches.
     *
     * @param newSession makes the device's session, which has not begun yet
     */
    Verdict judge(
            Peer peer, Connect connect, Function<AuthenticatedDevice, MqttSession> newSession) {
        try {
            return switch (registry.admit(peer.leaf())) {
                case Admission.Refused refused -> refused(refused, peer, connect);
                case Admission.Admitted(AuthenticatedDevice device) ->
                        admitted(device, peer, connect, newSession);
            };
        } catch (StorageUnavailable unavailable) {
            LOG.warn("a device cannot be looked up: {}", unavailable.getMessage());
            return unadmitted(RefusalReason.STORAGE_UNAVAILABLE, peer);
        } catch (RuntimeException defect) {
            LOG.error("a CONNECT could not be judged", defect);
            return unadmitted(RefusalReason.SERVER_BUSY, peer);
        }
    }

    private Verdict admitted(
            AuthenticatedDevice device,
            Peer peer,
            Connect connect,
            Function<AuthenticatedDevice, MqttSession> newSession) {
        if (!isOf(device, connect.clientId())) {
            return refused(
                    RefusalReason.CLIENT_ID_OF_ANOTHER,
                    device,
                    peer,
                    Map.of("client-id", connect.clientId()));
        }
        @Nullable Will will = connect.will();
        if (will != null && !topics.takes(will.topic())) {
            return refused(
                    RefusalReason.TOPIC_REFUSED,
                    device,
                    peer,
                    Map.of("will-topic", will.topic().text()));
        }
        Optional<Duration> wait = quotas.connect(device.id(), device.quota());
        if (wait.isPresent()) {
            return tooOften(device, peer, wait.get());
        }
        MqttSession session = newSession.apply(device);
        long epoch = sessions.attach(session);
        KeptSessions.@Nullable Opening opening = null;
        try {
            if (registry.confirm(device)) {
                opening = session.open(epoch);
            }
        } finally {
            if (opening == null) {
                sessions.detach(session);
            }
        }
        return opening == null ? fallen(peer, connect) : new Verdict.Welcome(session, opening);
    }

    /** The registry changed its mind between the look-up and the confirmation: it knows why. */
    private Verdict fallen(Peer peer, Connect connect) {
        return switch (registry.admit(peer.leaf())) {
            case Admission.Refused refused -> refused(refused, peer, connect);
            // Changed back in the same moment. The device tries again and is judged afresh.
            case Admission.Admitted again ->
                    refused(RefusalReason.SERVER_BUSY, again.device(), peer, Map.of());
        };
    }

    /**
     * The client id is no credential, only checked against it. A device may leave it to the server,
     * or use either of its own two names.
     */
    private static boolean isOf(AuthenticatedDevice device, String clientId) {
        return clientId.isEmpty()
                || clientId.equals(device.id().toString())
                || clientId.equals(device.serial().toString());
    }

    private Verdict tooOften(AuthenticatedDevice device, Peer peer, Duration wait) {
        RefusalReason reason = RefusalReason.CONNECTION_RATE_EXCEEDED;
        refusals.device(
                reason, device, peer, Map.of("wait-seconds", Long.toString(wait.toSeconds())));
        return new Verdict.Refused(reason, Optional.of(wait));
    }

    private Verdict refused(Admission.Refused refused, Peer peer, Connect connect) {
        refusals.notAdmitted(refused, peer, connect.clientId());
        return new Verdict.Refused(refused.reason(), Optional.empty());
    }

    private Verdict refused(
            RefusalReason reason,
            AuthenticatedDevice device,
            Peer peer,
            Map<String, String> details) {
        refusals.device(reason, device, peer, details);
        return new Verdict.Refused(reason, Optional.empty());
    }

    private Verdict unadmitted(RefusalReason reason, Peer peer) {
        refusals.unadmitted(reason, peer, Map.of());
        return new Verdict.Refused(reason, Optional.empty());
    }
}
