/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.KeyUnavailable;
import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the certificate of one connection when two thirds of its life have passed, and then ends
 * the connection, so that the next is made with the new certificate. The moment is spread over a
 * further tenth of the life: devices that were enrolled together do not renew together. Where the
 * key in use is attested, its successor is as well before the connection ends.
 */
final class Renewal implements Runnable {

    static final double DUE_AT = 2.0 / 3.0;
    static final double SPREAD = 0.1;

    /**
     * Until when in the life of the certificate in use its successor may wait to be attested. Where
     * nobody has to be, it takes over unattested then; where everybody has to be, the rest of the
     * life is for the operator to mend it.
     */
    static final double ATTESTED_BY = 0.9;

    /** The longest rest, after which the clock is looked at again, since it may have been set. */
    static final Duration LOOK_MAX = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    private final Enrollment enrollment;
    private final Attestation attestation;
    private final Credential credential;
    private final Connection connection;
    private final AgentEnvironment environment;
    private final BackOff backOff;
    private final Instant due;

    Renewal(
            Enrollment enrollment,
            Attestation attestation,
            Credential credential,
            Connection connection,
            AgentEnvironment environment) {
        this.enrollment = enrollment;
        this.attestation = attestation;
        this.credential = credential;
        this.connection = connection;
        this.environment = environment;
        this.backOff = new BackOff(environment.random());
        this.due = credential.lifePoint(DUE_AT + SPREAD * environment.random().nextDouble());
    }

    @Override
    public void run() {
        try {
            awaitDue();
            while (!renewed()) {
                // The wait has passed; ask again.
            }
            attest();
            connection.disconnect();
        } catch (InterruptedException connectionEnded) {
            Thread.currentThread().interrupt();
        }
    }

    private void attest() throws InterruptedException {
        try {
            Optional<Credential> successor = enrollment.credential();
            if (successor.isPresent()) {
                attestation.beginAhead(successor.get(), credential.lifePoint(ATTESTED_BY));
            }
        } catch (IOException unusable) {
            // Connecting with it meets the same, and tells the product.
            LOG.warn("The new certificate cannot be used", unusable);
        }
    }

    private void awaitDue() throws InterruptedException {
        Duration left = Duration.between(environment.clock().instant(), due);
        while (left.isPositive()) {
            environment.pause().rest(left.compareTo(LOOK_MAX) < 0 ? left : LOOK_MAX);
            left = Duration.between(environment.clock().instant(), due);
        }
    }

    private boolean renewed() throws InterruptedException {
        try {
            // By a clock that is ahead each new certificate would be due at once.
            if (!enrollment.hasPassed(due)) {
                awaitDue();
                return false;
            }
            enrollment.renew(credential);
            return true;
        } catch (RefusedByServer refused) {
            Duration backedOff = backOff.afterFailure(refused.refusal().backOff());
            Duration wait = refused.retryAfter().orElse(backedOff);
            LOG.warn("No new certificate: {}; next attempt in {}", refused.getMessage(), wait);
            environment.pause().rest(wait);
        } catch (IOException failed) {
            Duration wait = backOff.afterFailure(BackOff.Reason.CONNECTION_LOST);
            if (KeyUnavailable.in(failed).isPresent()
                    || failed instanceof SealedStorage.NotStored) {
                LOG.error("No new certificate: {}; next attempt in {}", failed.toString(), wait);
            } else {
                LOG.info("No new certificate: {}; next attempt in {}", failed.toString(), wait);
            }
            environment.pause().rest(wait);
        }
        return false;
    }
}
