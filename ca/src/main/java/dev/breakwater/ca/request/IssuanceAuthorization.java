/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.publickey.AcceptableKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a request passed every validator. Only {@link RequestValidation} makes one, and it
 * is good for one certificate: one enrollment code must not become two identities.
 */
public final class IssuanceAuthorization {

    private final CertificateSubject subject;
    private final AcceptableKey key;
    private final IssuanceBasis basis;
    private final @Nullable Duration lifeMax;
    private final AtomicBoolean spent = new AtomicBoolean();

    IssuanceAuthorization(PendingRequest validated, @Nullable Duration lifeMax) {
        this.subject = validated.subject();
        this.key = validated.key();
        this.basis = validated.basis();
        this.lifeMax = lifeMax;
    }

    /** Whom the certificate will name. */
    public CertificateSubject subject() {
        return subject;
    }

    /** The public key it will certify. */
    public AcceptableKey key() {
        return key;
    }

    /** On what grounds. */
    public IssuanceBasis basis() {
        return basis;
    }

    /** How long the certificate may live at most; empty if the policy alone says it. */
    public Optional<Duration> lifeMax() {
        return Optional.ofNullable(lifeMax);
    }

    /**
     * Uses the authorization up.
     *
     * @throws IllegalStateException if it was used before, which is a defect of the caller
     */
    public void spend() {
        if (!spent.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "an issuance authorization is good for one certificate");
        }
    }
}
