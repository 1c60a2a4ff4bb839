/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import dev.breakwater.ca.ledger.CertificateSubject;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a device's certificate must keep besides. */
enum DeviceCertificateRule implements LintRule {
    /** No server, no mail, no anyExtendedKeyUsage: a stolen device must not pass for our server. */
    IS_FOR_TLS_CLIENTS_ONLY(candidate -> candidate.hasOnlyPurpose(KeyPurposeId.id_kp_clientAuth)),

    /** The name that ties the certificate to one device of one organization. */
    ONLY_ALTERNATIVE_NAME_IS_THE_DEVICE_ID(
            candidate ->
                    candidate.subject() instanceof CertificateSubject.Device device
                            && candidate
                                    .alternativeNames()
                                    .equals(
                                            Set.of(
                                                    GeneralName.uniformResourceIdentifier
                                                            + ": "
                                                            + device.id().urn()))),

    /** RFC 5280 section 4.2.1.6: critical only where the subject is empty. */
    ALTERNATIVE_NAME_IS_NOT_CRITICAL(
            candidate -> !candidate.isCritical(Extension.subjectAlternativeName));

    private final LintCheck check;

    DeviceCertificateRule(LintCheck check) {
        this.check = check;
    }

    @Override
    public boolean isKeptBy(Candidate candidate) throws Exception {
        return check.test(candidate);
    }
}
