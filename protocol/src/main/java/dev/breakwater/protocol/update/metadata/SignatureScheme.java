/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of signature that are known here, with their names in TUF and in Java. */
public enum SignatureScheme {
    /** What we write by default (RFC 8032). */
    ED25519("ed25519", "Ed25519", "ed25519", "ed25519"),
    /** What hardware tokens do; signatures are DER. Newer writers call the type of key ecdsa. */
    ECDSA_P256("ecdsa-sha2-nistp256", "SHA256withECDSA", "ecdsa-sha2-nistp256", "ecdsa"),
    /** Read in others' repositories, not written. */
    RSA_PSS("rsassa-pss-sha256", "RSASSA-PSS", "rsa", "rsa"),
    /** Read in others' repositories, not written. */
    RSA_PKCS1("rsa-pkcs1v15-sha256", "SHA256withRSA", "rsa", "rsa");

    private final String schemeName;
    private final String algorithm;
    private final String keyType;
    private final String newerKeyType;

    SignatureScheme(String schemeName, String algorithm, String keyType, String newerKeyType) {
        this.schemeName = schemeName;
        this.algorithm = algorithm;
        this.keyType = keyType;
        this.newerKeyType = newerKeyType;
    }

    /** Its name in {@code scheme}. */
    public String schemeName() {
        return schemeName;
    }

    /** The type of key that is written with it. */
    String keyType() {
        return keyType;
    }

    /** The name of the algorithm in the Java Cryptography Architecture. */
    public String algorithm() {
        return algorithm;
    }

    /** The scheme that is written so; empty if it is not known here or does not fit the key. */
    static Optional<SignatureScheme> of(String keyType, String scheme) {
        return Arrays.stream(values())
                .filter(known -> known.schemeName.equals(scheme))
                .filter(
                        known ->
                                known.keyType.equals(keyType) || known.newerKeyType.equals(keyType))
                .findAny();
    }
}
