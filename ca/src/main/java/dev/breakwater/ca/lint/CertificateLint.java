/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import dev.breakwater.ca.ledger.CertificateProfile;
import dev.breakwater.ca.ledger.CertificateSubject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Holds certificates against our rules before they are signed. Signing with a throwaway key of the
 * authority's kind is how public authorities run zlint: the linter sees a whole certificate, and
 * the real key has signed nothing that was not looked at. Safe for use by many threads.
 */
public final class CertificateLint {

    private final X509CertificateHolder issuer;
    private final KeyPair throwaway;

    /** A lint for certificates this authority is about to sign. */
    public CertificateLint(X509Certificate issuer) throws GeneralSecurityException {
        this.issuer = holder(issuer);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        this.throwaway = generator.generateKeyPair();
    }

    /**
     * Holds content against every rule for its subject's kind.
     *
     * @param tbsCertificate a TBSCertificate in DER
     * @param subject whom it is meant to name
     * @param now the moment of issuance
     * @throws LintFailed with every rule it breaks
     */
    public LintedContent lint(byte[] tbsCertificate, CertificateSubject subject, Instant now)
            throws LintFailed {
        List<String> findings = new ArrayList<>();
        try {
            var candidate =
                    new Candidate(underThrowawaySignature(tbsCertificate), issuer, subject, now);
            byte[] read =
                    candidate.certificate().toASN1Structure().getTBSCertificate().getEncoded("DER");
            if (!Arrays.equals(read, tbsCertificate)) {
                findings.add("IS_DER: it is not in its one encoding");
            }
            for (LintRule rule : rules(subject)) {
                finding(rule, candidate, findings);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
            findings.add("IS_A_CERTIFICATE: it cannot be read as one (" + unreadable + ")");
        }
        if (!findings.isEmpty()) {
            throw new LintFailed(findings);
        }
        return new LintedContent(tbsCertificate.clone());
    }

    static List<LintRule> rules(CertificateSubject subject) {
        List<LintRule> rules = new ArrayList<>(List.of(EveryCertificateRule.values()));
        rules.addAll(
                switch (CertificateProfile.of(subject)) {
                    case DEVICE -> List.of(DeviceCertificateRule.values());
                    case SERVER -> List.of(ServerCertificateRule.values());
                });
        return rules;
    }

    private static void finding(LintRule rule, Candidate candidate, List<String> findings) {
        try {
            if (!rule.isKeptBy(candidate)) {
                findings.add(rule.name() + ": it does not hold");
            }
        } catch (Exception unreadable) {
            findings.add(rule.name() + ": it cannot be checked (" + unreadable.getMessage() + ")");
        }
    }

    private X509CertificateHolder underThrowawaySignature(byte[] tbsCertificate)
            throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(throwaway.getPrivate());
        signature.update(tbsCertificate);
        Certificate whole =
                Certificate.getInstance(
                        new DERSequence(
                                new ASN1Encodable[] {
                                    TBSCertificate.getInstance(tbsCertificate),
                                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                                    new DERBitString(signature.sign())
                                }));
        // Read back from bytes, so that what is linted is what a verifier will see.
        return new X509CertificateHolder(whole.getEncoded("DER"));
    }

    private static X509CertificateHolder holder(X509Certificate certificate)
            throws CertificateEncodingException {
        try {
            return new X509CertificateHolder(certificate.getEncoded());
        } catch (IOException unreadable) {
            throw new CertificateEncodingException(
                    "the issuer's certificate is unreadable", unreadable);
        }
    }
}
