/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.Callable;

/** Key pairs for tests, and PEM for the programs tests drive. */
public final class TestKeys {

    private TestKeys() {}

    /** A fresh P-256 key pair, what a device normally has. */
    public static KeyPair p256() {
        return ec("secp256r1");
    }

    /** A fresh key pair on a curve the JDK knows by this name. */
    public static KeyPair ec(String curve) {
        return unchecked(
                () -> {
                    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec(curve));
                    return generator.generateKeyPair();
                });
    }

    /** A fresh Ed25519 key pair. */
    public static KeyPair ed25519() {
        return unchecked(() -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    }

    /** A fresh RSA key pair with e = 65537. */
    public static KeyPair rsa(int bits) {
        return unchecked(
                () -> {
                    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(bits);
                    return generator.generateKeyPair();
                });
    }

    /** One PEM block, wrapped at 64 columns (RFC 7468 section 2). */
    public static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /** Runs what cannot fail in a test set-up, and says so if it does. */
    static <T> T unchecked(Callable<T> action) {
        try {
            return action.call();
        } catch (Exception e) {
            throw new IllegalStateException("the test PKI could not be made", e);
        }
    }
}
