/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.CertificateSubject;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * The request names nothing but what was granted: no subject alternative name at all, as in a first
 * enrollment, or exactly the granted ones, as RFC 7030 section 4.2.2 wants of a renewal.
 */
final class AlternativeNamesAreGranted implements RequestValidator {

    @Override
    public void check(PendingRequest pending) throws RequestRefused {
        Extensions requested = pending.request().requestedExtensions();
        if (requested == null || requested.getExtension(Extension.subjectAlternativeName) == null) {
            return;
        }
        Set<GeneralName> asked;
        try {
            asked =
                    new HashSet<>(
                            Arrays.asList(
                                    GeneralNames.fromExtensions(
                                                    requested, Extension.subjectAlternativeName)
                                            .getNames()));
        } catch (RuntimeException unreadable) {
            throw refused();
        }
        if (!asked.equals(granted(pending.subject()))) {
            throw refused();
        }
    }

    private static Set<GeneralName> granted(CertificateSubject subject) {
        Set<GeneralName> names = new HashSet<>();
        switch (subject) {
            case CertificateSubject.Device device ->
                    names.add(
                            new GeneralName(
                                    GeneralName.uniformResourceIdentifier, device.id().urn()));
            case CertificateSubject.Server server -> {
                for (String name : server.names().dnsNames()) {
                    names.add(new GeneralName(GeneralName.dNSName, name));
                }
                for (InetAddress address : server.names().addresses()) {
                    names.add(
                            new GeneralName(
                                    GeneralName.iPAddress,
                                    new DEROctetString(address.getAddress())));
                }
            }
        }
        return names;
    }

    private static RequestRefused refused() {
        return new RequestRefused(
                RefusalReason.NAME_NOT_GRANTED,
                "the request asks for subject alternative names other than the granted ones;"
                        + " leave them out or repeat those of the current certificate");
    }
}
