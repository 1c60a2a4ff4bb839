/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.ledger.ServerNames;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names a certificate is for (RFC 9525): the alternative names, and never the subject.
 *
 * @param dnsNames in lower case; the first label may be a star
 * @param addresses IP addresses, in their canonical text
 */
record CertificateNames(Set<String> dnsNames, Set<String> addresses) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    static CertificateNames of(X509Certificate certificate) throws CertificateUnusable {
        Set<String> dnsNames = new TreeSet<>();
        Set<String> addresses = new TreeSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                String text = String.valueOf(name.get(1));
                if (name.getFirst() instanceof Integer kind) {
                    switch (kind) {
                        case DNS_NAME -> dnsNames.add(text.toLowerCase(Locale.ROOT));
                        case IP_ADDRESS -> addresses.add(canonical(text));
                        default -> {}
                    }
                }
            }
        } catch (CertificateParsingException malformed) {
            throw new CertificateUnusable("the certificate's names cannot be read", malformed);
        }
        return new CertificateNames(dnsNames, addresses);
    }

    private static String canonical(String address) {
        return InetAddress.ofLiteral(address).getHostAddress();
    }

    /** Whether clients that come under one of these names are shown the right certificate. */
    boolean coversAnyOf(ServerNames names) {
        return names.dnsNames().stream().anyMatch(this::covers)
                || names.addresses().stream()
                        .anyMatch(address -> addresses.contains(address.getHostAddress()));
    }

    private boolean covers(String name) {
        int dot = name.indexOf('.');
        return dnsNames.contains(name) || (dot > 0 && dnsNames.contains("*" + name.substring(dot)));
    }

    @Override
    public String toString() {
        TreeSet<String> all = new TreeSet<>(dnsNames);
        all.addAll(addresses);
        return all.isEmpty() ? "no name at all" : String.join(", ", all);
    }
}
