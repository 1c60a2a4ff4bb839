/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.ByteArrayOutputStream;
import java.io.Serial;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The security provider through which TLS and certificate requests sign with a {@link TokenKey},
 * and nothing else. It stands on the JVM's list in place of SunPKCS11, which would offer the token
 * to every other use of cryptography in the process, and hides why a signature failed.
 */
final class TokenSigner extends Provider {

    @Serial private static final long serialVersionUID = 1;

    private static final String NAME = "BreakwaterToken";

    private TokenSigner() {
        super(NAME, "1", "signs with keys of a device that live in a token");
        putService(
                new Service(
                        this,
                        "Signature",
                        TokenKey.SIGNATURE,
                        InToken.class.getName(),
                        List.of(),
                        Map.of("SupportedKeyClasses", TokenKey.class.getName())) {
                    @Override
                    public Object newInstance(@Nullable Object parameter) {
                        return new InToken();
                    }
                });
    }

    /** Puts it at the end of the JVM's list, once. */
    static void install() {
        // Whoever comes second is told -1, and nothing happens.
        int _ = Security.addProvider(new TokenSigner());
    }

    /**
     * Collects what is to be signed and asks the token at the end: TLS passes over a key that fails
     * earlier, as if the device had none, and nobody would learn why.
     */
    private static final class InToken extends SignatureSpi {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private @Nullable TokenKey key;

        @Override
        protected void engineInitSign(PrivateKey handle) throws InvalidKeyException {
            if (!(handle instanceof TokenKey ours)) {
                throw new InvalidKeyException("not the key of a token");
            }
            key = ours;
            content.reset();
        }

        @Override
        protected void engineUpdate(byte octet) {
            content.write(octet);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {
            content.write(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            @Nullable TokenKey signing = key;
            if (signing == null) {
                throw new SignatureException("there is no key to sign with");
            }
            byte[] all = content.toByteArray();
            content.reset();
            return signing.sign(all);
        }

        @Override
        protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
            throw new InvalidKeyException("a token of a device only signs");
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            throw new SignatureException("a token of a device only signs");
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException("ECDSA with SHA-256 has no parameters");
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException("ECDSA with SHA-256 has no parameters");
        }
    }
}
