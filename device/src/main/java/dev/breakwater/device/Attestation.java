/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.attestation.AttestationClient;
import dev.breakwater.device.attestation.AttestationOutcome;
import dev.breakwater.device.identity.Attester;
import dev.breakwater.device.identity.ClockDoubt;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.KeyUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attests the credential in use to the server, beside everything else the agent does and until the
 * server believes it: once for each credential and start of the agent, so after enrollment and
 * after each renewal. A device whose keys are where nothing can attest them does nothing here, and
 * one that is refused goes on as it is: what an unattested device may do is the server's to say.
 *
 * <p>For the agent's own thread, which begins, settles and ends; and for the renewal's while that
 * one serves a connection, since it waits for the renewal to end before it goes on.
 */
final class Attestation {

    /** How long a refused connection waits for the attestation that may be what it lacks. */
    static final Duration SETTLING_MAX = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(Attestation.class);

    private final Optional<Attester> attester;
    private final AttestationClient client;
    private final Enrollment enrollment;
    private final AgentEnvironment environment;
    private @Nullable Attempts attempts;

    /** For the credential that is to come into use next. */
    private @Nullable Attempts ahead;

    Attestation(
            Provisioning provisioning,
            Optional<Attester> attester,
            Enrollment enrollment,
            AgentEnvironment environment) {
        this.attester = attester;
        this.client =
                new AttestationClient(
                        provisioning.host(), provisioning.enrollmentPort(), environment.clock());
        this.enrollment = enrollment;
        this.environment = environment;
    }

    /** This credential is the one in use: it is attested, if it is not yet. Returns at once. */
    void begin(Credential credential) throws InterruptedException {
        if (attester.isEmpty()) {
            return;
        }
        @Nullable Attempts running = attempts;
        if (running != null && running.areFor(credential)) {
            return;
        }
        end();
        @Nullable Attempts done = ahead;
        ahead = null;
        if (done != null && done.attested && done.areFor(credential)) {
            attempts = done;
            return;
        }
        Attempts fresh = new Attempts(attester.get(), credential);
        attempts = fresh;
        fresh.thread.start();
    }

    /**
     * Attests a successor while its predecessor is in use, so that the device is not away
     * meanwhile: the product may let in nobody who is not attested. Returns when it is attested, at
     * once if the predecessor is not attested either, and in any case at the latest moment. For the
     * renewal's thread.
     */
    void beginAhead(Credential successor, Instant latest) throws InterruptedException {
        @Nullable Attempts former = attempts;
        if (attester.isPresent() && former != null && former.attested) {
            Attempts fresh = new Attempts(attester.get(), successor);
            ahead = fresh;
            fresh.until(latest);
        }
    }

    /**
     * The server let this credential not in. If its attestation is under way, waits for the first
     * attempt to end.
     *
     * @return whether it is attested now and has not been told so here before: that it may be let
     *     in
     */
    boolean settle(Credential credential) throws InterruptedException {
        @Nullable Attempts running = attempts;
        if (running == null || running.told || !running.areFor(credential)) {
            return false;
        }
        try {
            running.told = running.first.get(SETTLING_MAX.toSeconds(), TimeUnit.SECONDS);
            return running.told;
        } catch (TimeoutException | ExecutionException unsettled) {
            LOG.debug("No attestation yet", unsettled);
            return false;
        }
    }

    /** Ends what is under way. */
    void end() throws InterruptedException {
        @Nullable Attempts running = attempts;
        if (running != null) {
            attempts = null;
            running.thread.interrupt();
            running.thread.join();
        }
    }

    /** All attempts for one credential, one after the other. */
    private final class Attempts implements Runnable {

        private final Attester by;
        private final Credential credential;
        private final BackOff backOff = new BackOff(environment.random());
        private final CompletableFuture<Boolean> first = new CompletableFuture<>();
        private final Thread thread =
                Thread.ofVirtual().name("breakwater-attestation").unstarted(this);
        private volatile boolean attested;
        private boolean told;

        Attempts(Attester by, Credential credential) {
            this.by = by;
            this.credential = credential;
        }

        boolean areFor(Credential other) {
            return credential.certificate().equals(other.certificate());
        }

        @Override
        public void run() {
            try {
                until(Instant.MAX);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                boolean _ = first.complete(false);
            }
        }

        /** Attempts until it is attested, or until no other attempt would begin by this moment. */
        void until(Instant latest) throws InterruptedException {
            Duration wait = attempt();
            while (wait.isPositive()) {
                boolean _ = first.complete(false);
                if (environment.clock().instant().plus(wait).isAfter(latest)) {
                    return;
                }
                environment.pause().rest(wait);
                wait = attempt();
            }
            attested = true;
            boolean _ = first.complete(true);
        }

        /** Returns how long to wait for the next, or zero if no next is needed. */
        private Duration attempt() throws InterruptedException {
            try {
                return switch (client.attest(by, enrollment.trust(), credential)) {
                    case AttestationOutcome.Attested() -> {
                        LOG.info("The server has attested that this device's key is in hardware");
                        yield Duration.ZERO;
                    }
                    case AttestationOutcome.Busy(var retryAfter) -> backOff.asTold(retryAfter);
                    case AttestationOutcome.Refused(var status) ->
                            again(
                                    BackOff.Reason.NOT_AUTHORIZED,
                                    "the server answered %d and its audit log says why"
                                            .formatted(status));
                };
            } catch (RefusedByServer refused) {
                return again(refused.refusal().backOff(), String.valueOf(refused.getMessage()));
            } catch (IOException failed) {
                return failed(failed);
            }
        }

        private Duration failed(IOException failed) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("the agent ends");
            }
            if (ClockDoubt.isCauseOf(failed)) {
                try {
                    enrollment.learnTime();
                } catch (IOException | RefusedByServer unknown) {
                    failed.addSuppressed(unknown);
                }
            }
            Optional<KeyUnavailable> hardware = KeyUnavailable.in(failed);
            return again(
                    BackOff.Reason.CONNECTION_LOST,
                    hardware.isPresent()
                            ? String.valueOf(hardware.get().getMessage())
                            : failed.toString());
        }

        private Duration again(BackOff.Reason reason, String why) {
            Duration wait = backOff.afterFailure(reason).plusMillis(1);
            LOG.warn("This device's key is not attested: {}; next attempt in {}", why, wait);
            return wait;
        }
    }
}
