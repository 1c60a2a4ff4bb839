/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.RuntimeOperatorException;

/** Lets Bouncy Castle's builders sign with a {@link CaKey}. For use within this module only. */
public final class CaContentSigner implements ContentSigner {

    /** ECDSA with SHA-256; the parameters are absent (RFC 5758 section 3.2). */
    public static final AlgorithmIdentifier ECDSA_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

    private final CaKey key;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    /** A signer for one signature. */
    public CaContentSigner(CaKey key) {
        this.key = key;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return ECDSA_SHA256;
    }

    @Override
    public OutputStream getOutputStream() {
        return content;
    }

    /**
     * Bouncy Castle's interface has no checked exception, so the failure travels inside this one.
     */
    @Override
    public byte[] getSignature() {
        try {
            return key.sign(content.toByteArray());
        } catch (KeyStoreFailed failed) {
            throw new RuntimeOperatorException("the authority's key does not sign", failed);
        }
    }
}
