/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The request is signed by the private key whose public key it carries (RFC 2986 section 3, RFC
 * 7030 section 3.4). Without this, somebody could have another device's public key certified under
 * their own name.
 */
final class ProofOfPossession implements RequestValidator {

    /** SHA-1 and MD5 are left out: a collision would let one signature prove two requests. */
    private static final Map<ASN1ObjectIdentifier, String> ACCEPTED =
            Map.of(
                    X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA",
                    PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
                    PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
                    PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA",
                    EdECObjectIdentifiers.id_Ed25519, "Ed25519");

    @Override
    public void check(PendingRequest pending) throws RequestRefused {
        CertificateRequest request = pending.request();
        String algorithm = ACCEPTED.get(request.signatureAlgorithm().getAlgorithm());
        if (algorithm == null) {
            throw new RequestRefused(
                    RefusalReason.SIGNATURE_ALGORITHM,
                    "the request is signed with "
                            + request.signatureAlgorithm().getAlgorithm()
                            + "; sign it with SHA-256 or better");
        }
        if (!verifies(algorithm, pending)) {
            throw new RequestRefused(
                    RefusalReason.NO_PROOF_OF_POSSESSION,
                    "the request is not signed by the private key that belongs to it");
        }
    }

    private static boolean verifies(String algorithm, PendingRequest pending) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(pending.key().key());
            signature.update(pending.request().signedContent());
            return signature.verify(pending.request().signature());
        } catch (GeneralSecurityException malformedOrOtherKind) {
            // A signature that is not even of the form, or of another kind than the key.
            return false;
        }
    }
}
