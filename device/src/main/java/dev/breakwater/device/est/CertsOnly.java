/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;

/**
 * Reads certs-only messages: base64 of a CMS SignedData without content and signers (RFC 5272
 * section 4.1), whatever Content-Transfer-Encoding says (RFC 8951 section 3).
 */
final class CertsOnly {

    /** A chain with its predecessors during a change of root is half as long. */
    static final int CERTIFICATES_MAX = 16;

    private CertsOnly() {}

    static List<X509Certificate> parse(byte[] body) throws IOException {
        try {
            CMSSignedData message = new CMSSignedData(contentInfo(decodeBase64(body)));
            if (message.getSignerInfos().size() != 0 || message.getSignedContent() != null) {
                throw new IOException("the server's answer is a signed message, not certs-only");
            }
            List<X509Certificate> certificates = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (X509CertificateHolder holder : message.getCertificates().getMatches(null)) {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(holder.getEncoded())));
            }
            if (certificates.isEmpty() || certificates.size() > CERTIFICATES_MAX) {
                throw new IOException(
                        "the server's answer holds %d certificates, not 1 to %d"
                                .formatted(certificates.size(), CERTIFICATES_MAX));
            }
            return certificates;
        } catch (CMSException | CertificateException | IllegalArgumentException malformed) {
            throw new IOException(
                    "the server's answer is not a certs-only message in base64", malformed);
        }
    }

    /** RFC 8951 section 3.1: receivers tolerate line breaks, spaces and tabs, and nothing else. */
    private static byte[] decodeBase64(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        return Base64.getDecoder().decode(text.replaceAll("[\r\n\t ]", ""));
    }

    private static ContentInfo contentInfo(byte[] der) throws IOException {
        try (ASN1InputStream in = new ASN1InputStream(der)) {
            ASN1Primitive object = in.readObject();
            if (object == null || in.read() != -1) {
                throw new IOException("the server's answer is not one ASN.1 object");
            }
            return ContentInfo.getInstance(object);
        }
    }
}
