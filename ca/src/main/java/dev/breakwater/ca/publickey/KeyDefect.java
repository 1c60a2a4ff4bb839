/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.publickey;

/** Why a public key is not acceptable. */
public enum KeyDefect {
    /** Not a public key, or not in its canonical encoding. */
    MALFORMED,
    /** A kind of key we do not certify. */
    ALGORITHM,
    /** An elliptic curve we do not certify. */
    CURVE,
    /** A point that is not on its curve, is infinity, or has small order. */
    POINT,
    /** An RSA modulus shorter than 2048 or longer than 4096 bits. */
    RSA_SIZE,
    /** An RSA exponent other than 65537. */
    RSA_EXPONENT,
    /** An RSA modulus that is even, has a small factor, or is not a product of two far primes. */
    RSA_MODULUS,
    /** An RSA modulus made by the Infineon library of CVE-2017-15361. */
    ROCA
}
