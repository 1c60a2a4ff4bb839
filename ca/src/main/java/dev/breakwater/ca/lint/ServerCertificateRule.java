/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import dev.breakwater.ca.ledger.CertificateSubject;
import java.net.InetAddress;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a listener's certificate must keep besides. */
enum ServerCertificateRule implements LintRule {
    /** A listener never logs in as a device. */
    IS_FOR_TLS_SERVERS_ONLY(candidate -> candidate.hasOnlyPurpose(KeyPurposeId.id_kp_serverAuth)),

    /** RFC 9525 section 3: clients look here and nowhere else. */
    ALTERNATIVE_NAMES_ARE_THE_LISTENERS(
            candidate ->
                    candidate.subject() instanceof CertificateSubject.Server server
                            && candidate.alternativeNames().equals(expected(server))),

    /** RFC 5280 section 4.2.1.6: critical only where the subject is empty. */
    ALTERNATIVE_NAMES_ARE_NOT_CRITICAL(
            candidate -> !candidate.isCritical(Extension.subjectAlternativeName));

    private final LintCheck check;

    ServerCertificateRule(LintCheck check) {
        this.check = check;
    }

    @Override
    public boolean isKeptBy(Candidate candidate) throws Exception {
        return check.test(candidate);
    }

    private static Set<String> expected(CertificateSubject.Server server) {
        Set<String> names = new TreeSet<>();
        for (String name : server.names().dnsNames()) {
            names.add(GeneralName.dNSName + ": " + name);
        }
        for (InetAddress address : server.names().addresses()) {
            names.add(Candidate.addressText(address.getAddress()));
        }
        return names;
    }
}
