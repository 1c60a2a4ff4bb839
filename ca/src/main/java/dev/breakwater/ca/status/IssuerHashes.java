/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.ocsp.CertificateID;

/**
 * The hashes by which an OCSP request names our issuing authority (RFC 6960 section 4.1.1). SHA-1
 * is what every stock client sends; here it names an issuer and proves nothing.
 */
record IssuerHashes(Map<ASN1ObjectIdentifier, Pair> byAlgorithm) {

    /** The hash of the name and the hash of the key, by one algorithm. */
    record Pair(HashValue name, HashValue key) {}

    /** A hash, compared by content. */
    record HashValue(java.nio.ByteBuffer value) {
        static HashValue of(byte[] hash) {
            return new HashValue(java.nio.ByteBuffer.wrap(hash.clone()).asReadOnlyBuffer());
        }

        byte[] bytes() {
            byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            return bytes;
        }
    }

    IssuerHashes {
        byAlgorithm = Map.copyOf(byAlgorithm);
    }

    static IssuerHashes of(X509Certificate issuer) {
        Map<ASN1ObjectIdentifier, Pair> hashes = new HashMap<>();
        hashes.put(OIWObjectIdentifiers.idSHA1, hashes("SHA-1", issuer));
        hashes.put(NISTObjectIdentifiers.id_sha256, hashes("SHA-256", issuer));
        return new IssuerHashes(hashes);
    }

    boolean match(CertificateID id) {
        Pair asked =
                new Pair(HashValue.of(id.getIssuerNameHash()), HashValue.of(id.getIssuerKeyHash()));
        return asked.equals(byAlgorithm.get(id.getHashAlgOID()));
    }

    /** How we name a certificate of ours ourselves. */
    CertificateID id(BigInteger serial) {
        Pair hashes = Objects.requireNonNull(byAlgorithm.get(NISTObjectIdentifiers.id_sha256));
        return new CertificateID(
                new CertID(
                        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
                        new DEROctetString(hashes.name().bytes()),
                        new DEROctetString(hashes.key().bytes()),
                        new ASN1Integer(serial)));
    }

    private static Pair hashes(String algorithm, X509Certificate issuer) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] name = digest.digest(issuer.getSubjectX500Principal().getEncoded());
            byte[] keyBits =
                    SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())
                            .getPublicKeyData()
                            .getOctets();
            return new Pair(HashValue.of(name), HashValue.of(digest.digest(keyBits)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has " + algorithm, impossible);
        }
    }
}
