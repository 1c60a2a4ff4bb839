/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/** What travels in EST bodies: always base64 of DER (RFC 8951 section 3.1). */
final class EstPayloads {

    private EstPayloads() {}

    /**
     * One line: RFC 4648 section 3.1 adds no line feeds unless told to, and strongSwan reads none.
     * At a shell, {@code openssl base64 -d} needs {@code -A} for it.
     */
    static byte[] encode(byte[] der) {
        return Base64.getEncoder().encode(der);
    }

    /**
     * Reads base64 with CR, LF, space and tab anywhere (RFC 8951 section 3.1), and nothing else;
     * empty if it is not that.
     */
    static Optional<byte[]> decode(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        StringBuilder characters = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\r' && c != '\n' && c != ' ' && c != '\t') {
                characters.append(c);
            }
        }
        try {
            return Optional.of(Base64.getDecoder().decode(characters.toString()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** A "certs-only" CMC simple PKI response: a degenerate SignedData (RFC 5272 section 4.1). */
    static byte[] certificatesOnly(List<X509Certificate> certificates) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addCertificates(new JcaCertStore(certificates));
            return generator
                    .generate(new CMSAbsentContent())
                    .toASN1Structure()
                    .getEncoded(ASN1Encoding.DER);
        } catch (CMSException | CertificateEncodingException | IOException impossible) {
            throw new IllegalStateException("our own certificates have no encoding", impossible);
        }
    }

    /**
     * What a request should look like (RFC 8951 section 3.5): a P-256 key, a signature with ECDSA
     * and SHA-256. Other good keys are accepted; this is what to use when there is a choice.
     */
    static byte[] requestAttributes() {
        try {
            return new DERSequence(
                            new ASN1Encodable[] {
                                new Attribute(
                                        X9ObjectIdentifiers.id_ecPublicKey,
                                        new DERSet(SECObjectIdentifiers.secp256r1)),
                                X9ObjectIdentifiers.ecdsa_with_SHA256
                            })
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException impossible) {
            throw new IllegalStateException("constants have an encoding", impossible);
        }
    }
}
