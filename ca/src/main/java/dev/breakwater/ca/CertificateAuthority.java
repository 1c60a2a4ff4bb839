/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.ledger.CertificateFingerprint;
import dev.breakwater.ca.ledger.CertificateProfile;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.KeyAlreadyRegistered;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.Reservation;
import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.ca.lint.CertificateLint;
import dev.breakwater.ca.lint.LintFailed;
import dev.breakwater.ca.lint.LintedContent;
import dev.breakwater.ca.request.IssuanceAuthorization;
import dev.breakwater.ca.request.RefusalReason;
import dev.breakwater.ca.request.RequestRefused;
import dev.breakwater.ca.status.OcspResponder;
import dev.breakwater.ca.status.RevocationListPublisher;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A root, an issuing authority under it, and the one way to have a certificate issued.
 *
 * <pre>{@code
 * CertificateAuthority ca = CertificateAuthority.open(keyStore, ledger, IssuancePolicy.standard(), clock);
 * RequestValidation validation = new RequestValidation(ledger);
 * IssuanceAuthorization authorization =
 *         validation.authorize(
 *                 CertificateRequest.parse(csr), device, new EnrollmentCode("c-17"), lifeMax);
 * IssuedCertificate issued = ca.issue(authorization);
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class CertificateAuthority {

    private final Authorities authorities;
    private final IssuanceLedger ledger;
    private final IssuancePolicy policy;
    private final Clock clock;
    private final CertificateLint lint;
    private final RevocationListPublisher revocationLists;
    private final OcspResponder ocspResponder;

    private CertificateAuthority(
            Authorities authorities,
            IssuanceLedger ledger,
            IssuancePolicy policy,
            Clock clock,
            CertificateLint lint) {
        this.authorities = authorities;
        this.ledger = ledger;
        this.policy = policy;
        this.clock = clock;
        this.lint = lint;
        this.revocationLists =
                new RevocationListPublisher(
                        authorities.issuing(),
                        authorities.issuingKey(),
                        ledger,
                        policy.revocationListValidity(),
                        clock);
        this.ocspResponder =
                new OcspResponder(
                        authorities.issuing(),
                        authorities.issuingKey(),
                        ledger,
                        policy.ocspValidity(),
                        clock);
    }

    /**
     * Opens the authority, or makes it at the first start: a P-256 root for 20 years and a P-256
     * issuing authority for 10.
     *
     * @throws CaUnusable if keys and certificates are lost, mixed, or outside their validity
     */
    public static CertificateAuthority open(
            CaKeyStore keyStore, IssuanceLedger ledger, IssuancePolicy policy, Clock clock)
            throws CaUnusable {
        Authorities authorities = Authorities.findOrMake(keyStore, clock);
        try {
            CertificateLint lint = new CertificateLint(authorities.issuing());
            return new CertificateAuthority(authorities, ledger, policy, clock, lint);
        } catch (GeneralSecurityException failed) {
            throw new CaUnusable("the lint cannot be set up", failed);
        }
    }

    /** The trust anchor, whose SHA-256 belongs on labels and in the console. */
    public X509Certificate root() {
        return authorities.root();
    }

    /** The certificates above every certificate issued here: issuing authority first, root last. */
    public List<X509Certificate> issuers() {
        return List.of(authorities.issuing(), authorities.root());
    }

    /** How long a device's certificate lives at most. */
    public Duration deviceLifeMax() {
        return policy.deviceValidity();
    }

    /** Makes CRLs of this authority. */
    public RevocationListPublisher revocationLists() {
        return revocationLists;
    }

    /** Answers OCSP requests about certificates of this authority. */
    public OcspResponder ocspResponder() {
        return ocspResponder;
    }

    /**
     * Issues one certificate: the choke point every certificate of a device or a listener passes.
     *
     * @param authorization good for one call, whether it succeeds or not
     * @throws RequestRefused if the key was taken by another subject since it was authorized
     * @throws IssuanceFailed if the ledger, the lint or the key failed; nothing was handed out
     */
    public IssuedCertificate issue(IssuanceAuthorization authorization)
            throws RequestRefused, IssuanceFailed {
        authorization.spend();
        Instant now = clock.instant();
        LeafProfile profile = LeafProfile.of(authorization, policy);
        Reservation reservation =
                new Reservation(
                        SerialNumber.random(),
                        authorization.subject(),
                        CertificateProfile.of(authorization.subject()),
                        authorization.key().fingerprint(),
                        authorization.basis(),
                        now,
                        CertificateContent.notAfter(profile, authorities.issuing(), now));
        reserve(reservation);
        // Killed here: a reservation without certificate. Its serial is spent, nothing is signed,
        // and
        // the same subject may ask again.
        LintedContent content = lintedContent(authorization, profile, reservation);
        X509Certificate certificate = signed(content);
        // Killed here: a certificate was signed that nobody received and that the registry does not
        // know, so it admits nobody. The reservation says that its serial exists.
        IssuedCertificate issued =
                new IssuedCertificate(
                        reservation, fingerprint(certificate), certificate, issuers());
        try {
            ledger.record(issued);
        } catch (LedgerFailed failed) {
            throw new IssuanceFailed(
                    "certificate " + reservation.serial() + " could not be recorded", failed);
        }
        // Killed here: recorded but not handed out. The requester asks again; the certificate they
        // never saw stays valid until it ends, and its key is with them.
        return issued;
    }

    private void reserve(Reservation reservation) throws RequestRefused, IssuanceFailed {
        try {
            ledger.reserve(reservation);
        } catch (KeyAlreadyRegistered taken) {
            var refused =
                    new RequestRefused(
                            RefusalReason.KEY_ALREADY_REGISTERED,
                            "the key was taken meanwhile: " + taken.getMessage());
            refused.initCause(taken);
            throw refused;
        } catch (LedgerFailed failed) {
            throw new IssuanceFailed(
                    "serial " + reservation.serial() + " could not be reserved", failed);
        }
    }

    private LintedContent lintedContent(
            IssuanceAuthorization authorization, LeafProfile profile, Reservation reservation)
            throws IssuanceFailed {
        try {
            byte[] content =
                    CertificateContent.leaf(
                            profile,
                            authorization.subject().commonName(),
                            authorization.key().encoded(),
                            reservation.serial(),
                            authorities.issuing(),
                            reservation.reservedAt(),
                            policy);
            return lint.lint(content, authorization.subject(), reservation.reservedAt());
        } catch (LintFailed | IOException failed) {
            throw new IssuanceFailed(
                    "certificate " + reservation.serial() + " was not signed", failed);
        }
    }

    /**
     * Signs, and verifies what was signed: a faulty token or a bit flip in memory must not go out,
     * and a faulty ECDSA signature can give its key away.
     */
    private X509Certificate signed(LintedContent content) throws IssuanceFailed {
        byte[] tbsCertificate = content.tbsCertificate();
        try {
            X509Certificate certificate =
                    CertificateContent.join(
                            tbsCertificate, authorities.issuingKey().sign(tbsCertificate));
            certificate.verify(authorities.issuing().getPublicKey());
            return certificate;
        } catch (KeyStoreFailed | IOException | GeneralSecurityException failed) {
            throw new IssuanceFailed("the issuing key did not make a good signature", failed);
        }
    }

    private static CertificateFingerprint fingerprint(X509Certificate certificate)
            throws IssuanceFailed {
        try {
            return CertificateFingerprint.of(certificate.getEncoded());
        } catch (GeneralSecurityException unreadable) {
            throw new IssuanceFailed("a certificate just signed has no encoding", unreadable);
        }
    }
}
