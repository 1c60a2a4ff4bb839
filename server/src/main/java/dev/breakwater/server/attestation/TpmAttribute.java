/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

/** What a TPM promises about a key (TPMA_OBJECT, Part 2 section 8.3); each is one bit. */
enum TpmAttribute {
    /** It never leaves its TPM, not even sealed for another. */
    FIXED_TPM(1),
    /** Its parent is reset with it. */
    ST_CLEAR(2),
    /** It stays below the key it was made under. */
    FIXED_PARENT(4),
    /** The TPM itself made its private half, nobody brought it. */
    SENSITIVE_DATA_ORIGIN(5),
    /** Its own authorization lets it be used. */
    USER_WITH_AUTH(6),
    /** Its policy is needed to administer it. */
    ADMIN_WITH_POLICY(7),
    /** Wrong guesses at its authorization are not counted. */
    NO_DICTIONARY_ATTACK_PROTECTION(10),
    /** It is duplicated in sealed form only. */
    ENCRYPTED_DUPLICATION(11),
    /** It is used on what the TPM itself has made, and on nothing else. */
    RESTRICTED(16),
    /** It decrypts. */
    DECRYPT(17),
    /** It signs. */
    SIGN(18),
    /** It signs certificates by TPM2_CertifyX509. */
    X509_SIGN(19);

    private static final long KNOWN = known();

    private final long bit;

    TpmAttribute(int number) {
        this.bit = 1L << number;
    }

    boolean in(long attributes) {
        return (attributes & bit) != 0;
    }

    long bit() {
        return bit;
    }

    /** Reserved bits are zero, or they may one day mean what nobody checks here. */
    static boolean allKnown(long attributes) {
        return (attributes & ~KNOWN) == 0;
    }

    private static long known() {
        long all = 0;
        for (TpmAttribute attribute : values()) {
            all |= attribute.bit;
        }
        return all;
    }
}
