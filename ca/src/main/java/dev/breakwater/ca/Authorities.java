/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.keys.CaKeyStore;
import dev.breakwater.ca.keys.CaRole;
import dev.breakwater.ca.keys.KeyStoreFailed;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The root and the issuing authority, found or made.
 *
 * <p>They are made in four steps, each durable before the next: root key, root certificate, issuing
 * key, issuing certificate. Killed between any two, the next start finds what is there and goes on
 * with the first thing missing. What is missing out of this order was lost, not interrupted, and is
 * refused: making a new one would orphan every device. Once the issuing certificate exists the root
 * key is not read again, so an operator may move it to a safe.
 *
 * @param root the trust anchor
 * @param issuing the certificate that signs leaves
 * @param issuingKey its key
 */
record Authorities(X509Certificate root, X509Certificate issuing, CaKey issuingKey) {

    private static final int ROOT_YEARS = 20;
    private static final int ISSUING_YEARS = 10;
    private static final int ROOT_PATH_LENGTH = 1;
    private static final int ISSUING_PATH_LENGTH = 0;

    static Authorities findOrMake(CaKeyStore store, Clock clock) throws CaUnusable {
        try {
            Optional<X509Certificate> issuing = store.certificate(CaRole.ISSUING);
            Authorities authorities =
                    issuing.isPresent() ? found(store, issuing.get()) : made(store, clock);
            authorities.requireSound(clock.instant());
            return authorities;
        } catch (KeyStoreFailed failed) {
            throw new CaUnusable(
                    "the certificate authority cannot open: " + failed.getMessage(), failed);
        } catch (IOException | GeneralSecurityException failed) {
            throw new CaUnusable("the certificate authority cannot be made", failed);
        }
    }

    private static Authorities found(CaKeyStore store, X509Certificate issuing)
            throws KeyStoreFailed, CaUnusable {
        X509Certificate root =
                store.certificate(CaRole.ROOT)
                        .orElseThrow(() -> lost("root certificate", "issuing certificate"));
        CaKey key =
                store.key(CaRole.ISSUING)
                        .orElseThrow(() -> lost("issuing key", "issuing certificate"));
        return new Authorities(root, issuing, key);
    }

    private static Authorities made(CaKeyStore store, Clock clock)
            throws KeyStoreFailed, CaUnusable, IOException, GeneralSecurityException {
        Optional<X509Certificate> existingRoot = store.certificate(CaRole.ROOT);
        Optional<CaKey> existingRootKey = store.key(CaRole.ROOT);
        Optional<CaKey> existingIssuingKey = store.key(CaRole.ISSUING);
        if (existingRoot.isPresent() && existingRootKey.isEmpty()) {
            throw lost("root key", "root certificate");
        }
        if (existingIssuingKey.isPresent() && existingRoot.isEmpty()) {
            throw lost("root certificate", "issuing key");
        }
        Instant now = clock.instant();
        CaKey rootKey =
                existingRootKey.isPresent() ? existingRootKey.get() : store.generate(CaRole.ROOT);
        // Killed here: a root key without certificate, which the next start certifies.
        X509Certificate root =
                existingRoot.isPresent() ? existingRoot.get() : makeRoot(store, rootKey, now);
        // Killed here: a root and nothing under it, which has issued nothing.
        CaKey issuingKey =
                existingIssuingKey.isPresent()
                        ? existingIssuingKey.get()
                        : store.generate(CaRole.ISSUING);
        // Killed here: an issuing key without certificate, which the next start certifies.
        return new Authorities(
                root, makeIssuing(store, root, rootKey, issuingKey, now), issuingKey);
    }

    private static X509Certificate makeRoot(CaKeyStore store, CaKey key, Instant now)
            throws IOException, KeyStoreFailed, GeneralSecurityException {
        SubjectPublicKeyInfo publicKey = info(key.publicKey());
        X500Name name = nameOf("Breakwater Root CA", publicKey);
        byte[] content =
                CertificateContent.authority(
                        name,
                        name,
                        publicKey,
                        publicKey,
                        now,
                        years(now, ROOT_YEARS),
                        ROOT_PATH_LENGTH);
        X509Certificate root = CertificateContent.join(content, key.sign(content));
        store.storeCertificate(CaRole.ROOT, root);
        return root;
    }

    private static X509Certificate makeIssuing(
            CaKeyStore store, X509Certificate root, CaKey rootKey, CaKey issuingKey, Instant now)
            throws IOException, KeyStoreFailed, GeneralSecurityException {
        SubjectPublicKeyInfo publicKey = info(issuingKey.publicKey());
        Instant wanted = years(now, ISSUING_YEARS);
        Instant last = root.getNotAfter().toInstant();
        byte[] content =
                CertificateContent.authority(
                        CertificateContent.subjectName(root),
                        nameOf("Breakwater Issuing CA", publicKey),
                        publicKey,
                        info(rootKey.publicKey()),
                        now,
                        wanted.isAfter(last) ? last : wanted,
                        ISSUING_PATH_LENGTH);
        X509Certificate issuing = CertificateContent.join(content, rootKey.sign(content));
        store.storeCertificate(CaRole.ISSUING, issuing);
        return issuing;
    }

    /** Files of two authorities may have been mixed in a restore; nothing may be signed then. */
    private void requireSound(Instant now) throws CaUnusable {
        try {
            root.verify(root.getPublicKey());
            issuing.verify(root.getPublicKey());
        } catch (GeneralSecurityException foreign) {
            throw new CaUnusable(
                    "the issuing certificate was not signed by the root certificate beside it;"
                            + " restore both from one backup",
                    foreign);
        }
        if (!Arrays.equals(
                issuing.getPublicKey().getEncoded(), issuingKey.publicKey().getEncoded())) {
            throw new CaUnusable(
                    "the issuing key does not belong to the issuing certificate;"
                            + " restore both from one backup");
        }
        if (issuing.getBasicConstraints() != ISSUING_PATH_LENGTH) {
            throw new CaUnusable("the issuing certificate is not that of an issuing authority");
        }
        for (X509Certificate certificate : new X509Certificate[] {root, issuing}) {
            try {
                certificate.checkValidity(Date.from(now));
            } catch (GeneralSecurityException outside) {
                throw new CaUnusable(
                        "it is "
                                + now
                                + ", and certificate "
                                + certificate.getSubjectX500Principal()
                                + " is valid from "
                                + certificate.getNotBefore().toInstant()
                                + " to "
                                + certificate.getNotAfter().toInstant()
                                + "; is the clock right?",
                        outside);
            }
        }
    }

    private static CaUnusable lost(String missing, String present) {
        return new CaUnusable(
                "the "
                        + missing
                        + " of the certificate authority is missing, but its "
                        + present
                        + " is there; restore it from a backup");
    }

    /**
     * Two installations must not share a name, or trust stores mix them up: the key is part of it.
     */
    private static X500Name nameOf(String role, SubjectPublicKeyInfo key) {
        String tag = HexFormat.of().formatHex(CertificateContent.keyIdentifier(key), 0, 4);
        return CertificateContent.name(role + " " + tag);
    }

    private static Instant years(Instant from, int years) {
        return Instant.ofEpochSecond(
                from.atOffset(ZoneOffset.UTC).plusYears(years).toEpochSecond());
    }

    private static SubjectPublicKeyInfo info(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }
}
