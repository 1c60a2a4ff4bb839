/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuanceFailed;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.IssuanceAuthorization;
import dev.breakwater.ca.request.MalformedRequest;
import dev.breakwater.ca.request.RequestRefused;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the certificate authority, and says its refusals in this server's words. */
final class Issuing {

    private static final Logger LOG = LoggerFactory.getLogger(Issuing.class);

    private final RequestValidation validation;
    private final CertificateAuthority authority;
    private final MeterRegistry meters;

    Issuing(RequestValidation validation, CertificateAuthority authority, MeterRegistry meters) {
        this.validation = validation;
        this.authority = authority;
        this.meters = meters;
    }

    CertificateRequest parse(byte[] pkcs10) throws EnrollmentRefused {
        try {
            return CertificateRequest.parse(pkcs10);
        } catch (MalformedRequest malformed) {
            throw new EnrollmentRefused(RefusalReason.CERTIFICATE_REQUEST_MALFORMED, malformed);
        }
    }

    IssuanceAuthorization authorize(
            CertificateRequest request,
            CertificateSubject.Device subject,
            IssuanceBasis.ForDevice basis,
            RiskProfile risk)
            throws EnrollmentRefused {
        try {
            return validation.authorize(request, subject, basis, risk.terms().certificateLife());
        } catch (RequestRefused refused) {
            throw refusal(refused);
        } catch (LedgerFailed failed) {
            throw unavailable(RefusalReason.STORAGE_UNAVAILABLE, failed);
        }
    }

    /**
     * What a product asks of a device that wants a certificate.
     *
     * @throws EnrollmentRefused if the device does not have as much assurance
     */
    static RiskProfile demanded(Product product, Assurance stated) throws EnrollmentRefused {
        Assurance lowest = product.risk().terms().lowestStated();
        if (!stated.meets(lowest)) {
            throw new EnrollmentRefused(
                    RefusalReason.ASSURANCE_TOO_LOW,
                    Map.of("assurance", stated.code(), "lowest", lowest.code()));
        }
        return product.risk();
    }

    X509Certificate issue(IssuanceAuthorization authorization) throws EnrollmentRefused {
        try {
            X509Certificate certificate = authority.issue(authorization).certificate();
            meters.counter("breakwater.certificates.issued").increment();
            return certificate;
        } catch (RequestRefused refused) {
            throw refusal(refused);
        } catch (IssuanceFailed failed) {
            throw unavailable(
                    failed.getCause() instanceof LedgerFailed
                            ? RefusalReason.STORAGE_UNAVAILABLE
                            : RefusalReason.ISSUANCE_FAILED,
                    failed);
        }
    }

    private static EnrollmentRefused unavailable(RefusalReason reason, Exception failed) {
        LOG.error("no certificate was issued", failed);
        return new EnrollmentRefused(reason, failed);
    }

    private static EnrollmentRefused refusal(RequestRefused refused) {
        RefusalReason reason =
                switch (refused.reason()) {
                    case WEAK_KEY -> RefusalReason.CERTIFICATE_REQUEST_KEY_REFUSED;
                    case SIGNATURE_ALGORITHM, NO_PROOF_OF_POSSESSION ->
                            RefusalReason.CERTIFICATE_REQUEST_UNPROVEN;
                    case SUBJECT_NOT_GRANTED, NAME_NOT_GRANTED, AUTHORITY_REQUESTED ->
                            RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED;
                    case PREVIOUS_NOT_ACTIVE -> RefusalReason.CERTIFICATE_REVOKED;
                    case KEY_ALREADY_REGISTERED -> RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN;
                };
        return new EnrollmentRefused(reason, refused);
    }
}
