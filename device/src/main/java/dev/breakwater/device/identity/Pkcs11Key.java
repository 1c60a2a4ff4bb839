/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;

/** A handle to a private key in a PKCS#11 token. */
final class Pkcs11Key extends TokenKey {

    @Serial private static final long serialVersionUID = 1;

    private final transient PrivateKey inside;
    private final transient Provider provider;

    Pkcs11Key(String description, PrivateKey inside, Provider provider) {
        super(description);
        this.inside = inside;
        this.provider = provider;
    }

    @Override
    byte[] sign(byte[] content) throws SignatureException {
        try {
            Signature signature = Signature.getInstance(SIGNATURE, provider);
            signature.initSign(inside);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException | RuntimeException refused) {
            // SunPKCS11 reports a token that is gone or broken as some RuntimeException or other.
            throw new SignatureException(
                    new KeyUnavailable(
                            "%s does not sign: %s"
                                    .formatted(description(), OpenToken.answerIn(refused)),
                            refused));
        }
    }
}
