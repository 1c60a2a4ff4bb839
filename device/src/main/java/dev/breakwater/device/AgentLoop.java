/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.PacketStream;
import dev.breakwater.device.channel.Transport;
import dev.breakwater.device.erasure.Order;
import dev.breakwater.device.erasure.ReturnAddress;
import dev.breakwater.device.identity.ClockDoubt;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.KeyUnavailable;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's own thread: enroll, connect, read until the end, wait, and again. */
final class AgentLoop {

    /** A connection that stood this long has proved itself, and the back-off begins anew. */
    static final Duration PROVED_AFTER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    private final Provisioning provisioning;
    private final Enrollment enrollment;
    private final Attestation attestation;
    private final Outbox outbox;
    private final Dispatch dispatch;
    private final AgentListener listener;
    private final AgentEnvironment environment;
    private final ClockNews clockNews;
    private final BackOff backOff;
    private final Thread thread = Thread.ofVirtual().name("breakwater-agent").unstarted(this::run);
    private final AtomicReference<@Nullable Connection> live = new AtomicReference<>();
    private final AtomicReference<@Nullable ErasureOrder> order = new AtomicReference<>();
    private @Nullable AgentState lastState;

    /** Whether a certificate was given to this refused device that has not connected yet. */
    private boolean recovered;

    private volatile boolean closed;

    AgentLoop(
            Provisioning provisioning,
            Enrollment enrollment,
            Attestation attestation,
            Outbox outbox,
            Dispatch dispatch,
            AgentListener listener,
            AgentEnvironment environment) {
        this.provisioning = provisioning;
        this.enrollment = enrollment;
        this.attestation = attestation;
        this.outbox = outbox;
        this.dispatch = dispatch;
        this.listener = listener;
        this.environment = environment;
        this.clockNews = new ClockNews(outbox, listener);
        this.backOff = new BackOff(environment.random());
    }

    /** Before {@link #start}. */
    void obey(ErasureOrder erasure) {
        if (!order.compareAndSet(null, erasure)) {
            throw new IllegalStateException("this agent obeys an order to erase already");
        }
    }

    void start() {
        thread.start();
    }

    /** Says farewell to the server and ends the thread. */
    void close() {
        closed = true;
        @Nullable Connection connection = live.get();
        if (connection != null) {
            connection.disconnect();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                Duration wait = attempt();
                if (wait.isPositive()) {
                    environment.pause().rest(wait);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("The agent was interrupted");
        } finally {
            endAttestation();
            enter(new AgentState.Stopped());
        }
    }

    private void endAttestation() {
        try {
            // The interruption that ended the loop has done its work.
            boolean _ = Thread.interrupted();
            attestation.end();
        } catch (InterruptedException again) {
            LOG.debug("The agent was interrupted again");
        }
    }

    /** One step on the way, or one connection to its end; returns how long to wait after it. */
    private Duration attempt() throws InterruptedException {
        Optional<Credential> credential = Optional.empty();
        try {
            deliverReceipt();
            credential = enrollment.credential();
            if (credential.isEmpty()) {
                enter(new AgentState.Unenrolled());
                enrollment.first();
                backOff.reset();
                return Duration.ZERO;
            }
            enrollment.eraseCode();
            enter(new AgentState.Enrolled(credential.get().deviceId()));
            if (enrollment.hasPassed(credential.get().notAfter())) {
                LOG.warn("The certificate has ended; asking for the next one");
                enrollment.recover(credential.get());
            } else {
                attestation.begin(credential.get());
                connect(credential.get());
            }
            return Duration.ZERO;
        } catch (RefusedByServer refused) {
            if (credential.isEmpty()) {
                return refused(refused);
            }
            Optional<RefusedByServer> still = recourse(credential.get(), refused);
            return still.isPresent() ? refused(still.get(), credential.get()) : Duration.ZERO;
        } catch (IOException lost) {
            if (closed) {
                return Duration.ZERO;
            }
            Optional<KeyUnavailable> key = KeyUnavailable.in(lost);
            if (key.isPresent()) {
                return keyUnusable(key.get());
            }
            credential.ifPresent(known -> enter(new AgentState.Enrolled(known.deviceId())));
            Duration wait =
                    lost instanceof SentAway away
                            ? backOff.asTold(away.comeBackAfter())
                            : backOff.afterFailure(BackOff.Reason.CONNECTION_LOST);
            if (lost instanceof SealedStorage.NotStored full) {
                LOG.error("{}; next attempt in {}", full.getMessage(), wait);
            } else {
                LOG.info("{}; next attempt in {}", lost.toString(), wait);
            }
            return wait;
        }
    }

    private boolean hasLapsed(Credential credential) {
        return !environment.clock().instant().isBefore(credential.notAfter());
    }

    private void deliverReceipt() throws InterruptedException {
        @Nullable ErasureOrder obeyed = order.get();
        if (obeyed != null) {
            obeyed.deliver();
        }
    }

    /**
     * Whom the channel does not let in, it does not tell why. The other port does: the device has
     * to wait for an operator, has been given away, or is given a certificate after all.
     *
     * @return why the device has to wait; nothing if it has been given a certificate, which is
     *     tried at once, but not again and again where the channel lets in none of them
     */
    private Optional<RefusedByServer> recourse(Credential credential, RefusedByServer refused)
            throws InterruptedException {
        Refusal.Kind kind = refused.refusal().kind();
        if (closed || (kind != Refusal.Kind.CERTIFICATE && kind != Refusal.Kind.NOT_AUTHORIZED)) {
            return Optional.of(refused);
        }
        try {
            if (hasLapsed(credential) || !enrollment.stillUses(credential)) {
                return Optional.of(refused);
            }
            enrollment.recover(credential);
            boolean first = !recovered;
            recovered = true;
            return first ? Optional.empty() : Optional.of(refused);
        } catch (RefusedByServer told) {
            return Optional.of(moreTelling(told, refused));
        } catch (IOException unanswered) {
            LOG.debug("No word about the refusal", unanswered);
            return Optional.of(refused);
        }
    }

    private static RefusedByServer moreTelling(RefusedByServer told, RefusedByServer refused) {
        return switch (told.refusal().kind()) {
            case GIVEN_AWAY, AWAITING_APPROVAL -> told;
            case ENROLLMENT,
                    CERTIFICATE,
                    NOT_AUTHORIZED,
                    TAKEN_OVER,
                    BUSY,
                    SERVER_NOT_TRUSTED,
                    PROTOCOL ->
                    refused;
        };
    }

    private Duration refused(RefusedByServer refused, Credential credential) {
        Duration wait = refused(refused);
        @Nullable ErasureOrder obeyed = order.get();
        if (refused.refusal().kind() == Refusal.Kind.GIVEN_AWAY && obeyed != null) {
            try {
                obeyed.obey(
                        new Order(
                                credential.deviceId(),
                                new ReturnAddress(
                                        provisioning.host(),
                                        provisioning.enrollmentPort(),
                                        provisioning.root().hex())));
            } catch (IOException failed) {
                LOG.error("The erasure could not be begun; next attempt in {}", wait, failed);
            }
        }
        return wait;
    }

    private Duration refused(RefusedByServer refused) {
        Duration backedOff = backOff.afterFailure(refused.refusal().backOff());
        Duration wait = refused.retryAfter().map(backOff::asTold).orElse(backedOff);
        LOG.warn("{}; next attempt in {}", refused.refusal().text(), wait);
        enter(new AgentState.Refused(refused.refusal(), wait));
        return wait;
    }

    private Duration keyUnusable(KeyUnavailable key) {
        Duration wait = backOff.afterFailure(BackOff.Reason.CONNECTION_LOST);
        LOG.error("This device cannot use its key: {}; next attempt in {}", key.getMessage(), wait);
        enter(new AgentState.KeyUnusable(String.valueOf(key.getMessage()), wait));
        return wait;
    }

    private void connect(Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        enter(new AgentState.Connecting(credential.deviceId()));
        try {
            Transport transport = transport(credential);
            serve(
                    new Connection(
                            new PacketStream(transport), outbox, dispatch, environment.pause()),
                    credential);
        } catch (IOException failed) {
            try {
                RefusedByServer.throwIfCertificateRefused(failed);
            } catch (RefusedByServer refused) {
                notLetIn(refused, credential);
                return;
            }
            throw failed;
        }
    }

    /**
     * Returns if the device may be let in now; otherwise a successor gives way to the one before.
     */
    private void notLetIn(RefusedByServer refused, Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        if (closed || !attestation.settle(credential)) {
            enrollment.refused();
            throw refused;
        }
        LOG.info("Attested since it was refused; connecting again");
    }

    /** A clock that is in doubt is put right by the server, once, and then it is as before. */
    private Transport transport(Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        try {
            return dial(credential);
        } catch (IOException failed) {
            if (!ClockDoubt.isCauseOf(failed)) {
                throw failed;
            }
        }
        enrollment.learnTime();
        return dial(credential);
    }

    private Transport dial(Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        return provisioning
                .channel()
                .connect(
                        provisioning.host(),
                        provisioning.channelPort(),
                        PinnedTls.mutual(
                                enrollment.trust(), credential, environment.clock().instant()));
    }

    private void serve(Connection connection, Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        Thread renewal =
                Thread.ofVirtual()
                        .name("breakwater-renewal")
                        .unstarted(
                                new Renewal(
                                        enrollment,
                                        attestation,
                                        credential,
                                        connection,
                                        environment));
        live.set(connection);
        try {
            if (!opened(connection, credential)) {
                return;
            }
            recovered = false;
            Instant connectedAt = environment.clock().instant();
            enter(new AgentState.Connected(credential.deviceId()));
            clockNews.tell(enrollment.clockAhead());
            renewal.start();
            if (closed) {
                connection.disconnect();
            }
            try {
                connection.run();
            } finally {
                Instant ended = environment.clock().instant();
                if (Duration.between(connectedAt, ended).compareTo(PROVED_AFTER) >= 0) {
                    backOff.reset();
                }
            }
        } finally {
            live.set(null);
            renewal.interrupt();
            renewal.join();
            connection.cleanUp();
        }
    }

    /** Whether the server let the device in; if not, it may at once be asked again. */
    private boolean opened(Connection connection, Credential credential)
            throws IOException, RefusedByServer, InterruptedException {
        try {
            connection.open(credential.deviceId());
        } catch (RefusedByServer refused) {
            if (refused.refusal().kind() == Refusal.Kind.NOT_AUTHORIZED) {
                notLetIn(refused, credential);
                return false;
            }
            throw refused;
        }
        enrollment.connected();
        return true;
    }

    /** Only this loop's thread calls it, so the listener hears the states in order. */
    private void enter(AgentState state) {
        if (state.equals(lastState)) {
            return;
        }
        lastState = state;
        try {
            listener.stateChanged(state);
        } catch (RuntimeException fault) {
            LOG.error("The listener failed on {}", state, fault);
        }
    }
}
