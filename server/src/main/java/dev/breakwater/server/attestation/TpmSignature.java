/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;

/**
 * A signature by a TPM (TPMT_SIGNATURE, TPM 2.0 Part 2 section 11.3.4): ECDSA on P-256 or
 * RSASSA-PKCS1-v1_5 of 2048 or 3072 bits, with SHA-256.
 */
final class TpmSignature {

    static final int BYTES_MAX = 512;

    private static final int COORDINATE_BYTES = 32;
    private static final int RSA_BYTES_MAX = 384;

    private final boolean ecdsa;
    private final byte[] value;

    private TpmSignature(boolean ecdsa, byte[] value) {
        this.ecdsa = ecdsa;
        this.value = value;
    }

    static TpmSignature parse(byte[] bytes) throws TpmMalformed {
        TpmReader reader = new TpmReader(bytes, BYTES_MAX);
        int algorithm = reader.uint16();
        reader.expect(TpmAlgorithm.SHA256, "the signature's hash");
        TpmSignature read =
                switch (algorithm) {
                    case TpmAlgorithm.ECDSA ->
                            new TpmSignature(
                                    true,
                                    sequence(
                                            reader.sized(COORDINATE_BYTES),
                                            reader.sized(COORDINATE_BYTES)));
                    case TpmAlgorithm.RSASSA ->
                            new TpmSignature(false, reader.sized(RSA_BYTES_MAX));
                    default -> throw new TpmMalformed("the signature is of type " + algorithm);
                };
        reader.end();
        return read;
    }

    /** As the JDK takes it. Leading zeros may be there or not: TPMs differ. */
    private static byte[] sequence(byte[] r, byte[] s) throws TpmMalformed {
        ASN1EncodableVector numbers = new ASN1EncodableVector();
        numbers.add(new ASN1Integer(new BigInteger(1, r)));
        numbers.add(new ASN1Integer(new BigInteger(1, s)));
        try {
            return new DERSequence(numbers).getEncoded(ASN1Encoding.DER);
        } catch (IOException unencodable) {
            throw new TpmMalformed("the signature's numbers cannot be read");
        }
    }

    /** Whether this key made it over these bytes. */
    boolean isBy(PublicKey key, byte[] signed) {
        if (ecdsa != key instanceof ECPublicKey) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(ecdsa ? "SHA256withECDSA" : "SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(value);
        } catch (GeneralSecurityException notEvenOne) {
            return false;
        }
    }
}
