/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.attestation.AttestationClient;
import dev.breakwater.device.attestation.AttestationOutcome;
import dev.breakwater.device.identity.Attester;
import dev.breakwater.device.identity.ClockBehind;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.KeyUnavailable;
import java.io.IOException;
import java.time.Duration;
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
 * <p>For the agent's own thread, which begins, settles and ends.
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
        Attempts fresh = new Attempts(attester.get(), credential);
        attempts = fresh;
        fresh.thread.start();
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
                Duration wait = attempt();
                while (wait.isPositive()) {
                    boolean _ = first.complete(false);
                    environment.pause().rest(wait);
                    wait = attempt();
                }
                boolean _ = first.complete(true);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                boolean _ = first.complete(false);
            }
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
            if (ClockBehind.isCauseOf(failed)) {
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
