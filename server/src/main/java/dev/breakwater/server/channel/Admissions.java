/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Will;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.firewall.Objection;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about a CONNECT: who it is, by the certificate alone, or without one by the token alone
 * (invariant I1), and whether they may come in at this moment (invariant I2).
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
    private final Firewall firewall;
    private final ChannelRefusals refusals;
    private final CloneAlarm clones;
    private final WrongTokens wrongTokens;

    Admissions(
            DeviceRegistry registry,
            LiveSessions sessions,
            DeviceTopics topics,
            Quotas quotas,
            Firewall firewall,
            ChannelRefusals refusals,
            CloneAlarm clones,
            WrongTokens wrongTokens) {
        this.registry = registry;
        this.sessions = sessions;
        this.topics = topics;
        this.quotas = quotas;
        this.firewall = firewall;
        this.refusals = refusals;
        this.clones = clones;
        this.wrongTokens = wrongTokens;
    }

    /** Whether somebody without a certificate may turn out to be a device. Never blocks. */
    boolean expectsTokens() {
        return registry.expectsTokens();
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

    /** How far a judgement has come. */
    sealed interface Progress {

        /** It is done. */
        record Judged(Verdict verdict) implements Progress {}

        /**
         * The store has a say in it.
         *
         * @param rest what is left to do, which blocks; must not be called on an event loop
         * @param attached the session that is to be taken back if there will be no rest
         */
        record Waiting(Supplier<Verdict> rest, Optional<MqttSession> attached)
                implements Progress {}
    }

    /**
     * Judges, and on success attaches. Never blocks: what a device that comes back is asked is
     * answered from memory, and the rest waits for a thread of its own.
     *
     * @param newSession makes the device's session, which has not begun yet
     */
    Progress judge(
            Peer peer, Connect connect, Function<AuthenticatedDevice, MqttSession> newSession) {
        Claim claim = Claim.of(peer, connect);
        try {
            Optional<AuthenticatedDevice> known = claim.recalledBy(registry);
            if (known.isPresent()) {
                return enter(new Entry(known.get(), claim, peer, connect), newSession);
            }
            Optional<Verdict> hopeless = hopeless(claim, peer, connect);
            if (hopeless.isPresent()) {
                return new Progress.Judged(hopeless.get());
            }
        } catch (RuntimeException defect) {
            LOG.error("a CONNECT could not be judged", defect);
            return new Progress.Judged(unadmitted(RefusalReason.SERVER_BUSY, peer));
        }
        return new Progress.Waiting(
                guarded(peer, () -> admit(claim, peer, connect, newSession)), Optional.empty());
    }

    /** What is refused without asking the store, so that it costs no look-up to come with it. */
    private Optional<Verdict> hopeless(Claim claim, Peer peer, Connect connect) {
        return switch (claim) {
            case Claim.ByCertificate _ -> Optional.empty();
            case Claim.None _ ->
                    Optional.of(refused(RefusalReason.CERTIFICATE_MISSING, peer, connect));
            case Claim.ByNoToken(String userName) -> {
                Optional<Verdict> tooMany = tooManyWrong(peer, userName);
                wrongTokens.count(peer.sourceAddress(), userName);
                yield tooMany.or(
                        () ->
                                Optional.of(
                                        refused(
                                                RefusalReason.DEVICE_TOKEN_UNKNOWN,
                                                peer,
                                                connect)));
            }
            case Claim.ByToken(var _, String userName) -> tooManyWrong(peer, userName);
        };
    }

    private Optional<Verdict> tooManyWrong(Peer peer, String userName) {
        return wrongTokens
                .wait(peer.sourceAddress(), userName)
                .map(
                        wait -> {
                            RefusalReason reason = RefusalReason.TOO_MANY_REQUESTS;
                            refusals.unadmitted(reason, peer, Map.of("user-name", userName));
                            return new Verdict.Refused(reason, Optional.of(wait));
                        });
    }

    /** A device that wants to come in. */
    private record Entry(AuthenticatedDevice device, Claim claim, Peer peer, Connect connect) {}

    private Supplier<Verdict> guarded(Peer peer, Supplier<Verdict> work) {
        return () -> {
            try {
                return work.get();
            } catch (StorageUnavailable unavailable) {
                LOG.warn("a device cannot be looked up: {}", unavailable.getMessage());
                return unadmitted(RefusalReason.STORAGE_UNAVAILABLE, peer);
            } catch (RuntimeException defect) {
                LOG.error("a CONNECT could not be judged", defect);
                return unadmitted(RefusalReason.SERVER_BUSY, peer);
            }
        };
    }

    private Verdict admit(
            Claim claim,
            Peer peer,
            Connect connect,
            Function<AuthenticatedDevice, MqttSession> newSession) {
        return switch (judged(claim)) {
            case Admission.Refused refused -> {
                if (claim instanceof Claim.ByToken(var _, String userName)) {
                    wrongTokens.count(peer.sourceAddress(), userName);
                }
                yield refused(refused, peer, connect);
            }
            case Admission.Admitted(AuthenticatedDevice device) ->
                    switch (enter(new Entry(device, claim, peer, connect), newSession)) {
                        case Progress.Judged(Verdict verdict) -> verdict;
                        case Progress.Waiting(Supplier<Verdict> rest, var _) -> rest.get();
                    };
        };
    }

    private Admission judged(Claim claim) {
        return claim.judgedBy(registry)
                .orElseThrow(() -> new IllegalStateException("nothing to judge was let through"));
    }

    /** Never blocks. */
    private Progress enter(Entry entry, Function<AuthenticatedDevice, MqttSession> newSession) {
        Optional<Verdict> objection = objection(entry);
        if (objection.isPresent()) {
            return new Progress.Judged(objection.get());
        }
        MqttSession session = newSession.apply(entry.device());
        long epoch = sessions.attach(session);
        Optional<KeptSessions.Opening> opening;
        try {
            opening =
                    registry.confirmAtOnce(entry.device()).orElse(false)
                            ? session.openAtOnce(epoch)
                            : Optional.empty();
        } catch (RuntimeException defect) {
            sessions.detach(session);
            throw defect;
        }
        return opening.<Progress>map(
                        found -> new Progress.Judged(new Verdict.Welcome(session, found)))
                .orElseGet(
                        () ->
                                new Progress.Waiting(
                                        guarded(
                                                entry.peer(),
                                                () -> confirmAndOpen(entry, session, epoch)),
                                        Optional.of(session)));
    }

    /** What speaks against a device that the registry knows, if anything does. */
    private Optional<Verdict> objection(Entry entry) {
        AuthenticatedDevice device = entry.device();
        Peer peer = entry.peer();
        String clientId = entry.connect().clientId();
        if (entry.claim() instanceof Claim.ByToken(var _, String userName)
                && (userName.isEmpty() || !isOf(device, userName))) {
            wrongTokens.count(peer.sourceAddress(), userName);
            return Optional.of(
                    refused(
                            RefusalReason.USER_NAME_OF_ANOTHER,
                            device,
                            peer,
                            Map.of("user-name", userName)));
        }
        if (!isOf(device, clientId)) {
            return Optional.of(
                    refused(
                            RefusalReason.CLIENT_ID_OF_ANOTHER,
                            device,
                            peer,
                            Map.of("client-id", clientId)));
        }
        @Nullable Will will = entry.connect().will();
        if (will != null && !topics.takes(will.topic())) {
            return Optional.of(
                    refused(
                            RefusalReason.TOPIC_REFUSED,
                            device,
                            peer,
                            Map.of("will-topic", will.topic().text())));
        }
        return quotas.connect(device.id(), device.quota())
                .map(wait -> tooOften(device, peer, wait))
                .or(
                        () ->
                                firewall.connecting(device, peer.sourceAddress())
                                        .map(objection -> ruledOut(device, peer, objection)));
    }

    private Verdict ruledOut(AuthenticatedDevice device, Peer peer, Objection objection) {
        var _ = refused(objection.reason(), device, peer, objection.details());
        return new Verdict.Refused(objection.reason(), objection.retryAfter());
    }

    private Verdict confirmAndOpen(Entry entry, MqttSession session, long epoch) {
        KeptSessions.@Nullable Opening opening = null;
        try {
            if (registry.confirm(entry.device())) {
                opening = session.open(epoch);
            }
        } finally {
            if (opening == null) {
                sessions.detach(session);
            }
        }
        return opening == null ? fallen(entry) : new Verdict.Welcome(session, opening);
    }

    /** The registry changed its mind between the look-up and the confirmation: it knows why. */
    private Verdict fallen(Entry entry) {
        Peer peer = entry.peer();
        return switch (judged(entry.claim())) {
            case Admission.Refused refused -> refused(refused, peer, entry.connect());
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
        firewall.failed(device.organization(), device.id(), peer.sourceAddress(), reason);
        return new Verdict.Refused(reason, Optional.of(wait));
    }

    private Verdict refused(Admission.Refused refused, Peer peer, Connect connect) {
        refusals.notAdmitted(refused, peer, connect.clientId());
        clones.refused(refused, peer);
        if (refused.organization().isPresent() && refused.device().isPresent()) {
            firewall.failed(
                    refused.organization().get(),
                    refused.device().get(),
                    peer.sourceAddress(),
                    refused.reason());
        }
        return new Verdict.Refused(refused.reason(), Optional.empty());
    }

    private Verdict refused(
            RefusalReason reason,
            AuthenticatedDevice device,
            Peer peer,
            Map<String, String> details) {
        refusals.device(reason, device, peer, details);
        firewall.failed(device.organization(), device.id(), peer.sourceAddress(), reason);
        return new Verdict.Refused(reason, Optional.empty());
    }

    private Verdict refused(RefusalReason reason, Peer peer, Connect connect) {
        refusals.unadmitted(
                reason,
                peer,
                Map.of("client-id", connect.clientId(), "user-name", Claim.userName(connect)));
        return new Verdict.Refused(reason, Optional.empty());
    }

    private Verdict unadmitted(RefusalReason reason, Peer peer) {
        refusals.unadmitted(reason, peer, Map.of());
        return new Verdict.Refused(reason, Optional.empty());
    }
}
