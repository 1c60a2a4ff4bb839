/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.publickey;

import java.math.BigInteger;
import java.util.BitSet;

/** Known ways in which an RSA modulus of the right length is still worthless. */
final class RsaModulus {

    private static final int SMALL_PRIME_MAX = 751;
    private static final int FERMAT_ROUNDS = 100;

    /** The primes whose residues give a ROCA modulus away, from the paper's detector. */
    private static final int ROCA_PRIME_MAX = 167;

    private RsaModulus() {}

    static void check(BigInteger modulus) throws UnacceptableKey {
        checkSmallFactors(modulus);
        checkRoca(modulus);
        checkClosePrimes(modulus);
    }

    private static void checkSmallFactors(BigInteger modulus) throws UnacceptableKey {
        for (int prime = 2; prime <= SMALL_PRIME_MAX; prime = nextPrime(prime)) {
            if (modulus.mod(BigInteger.valueOf(prime)).signum() == 0) {
                throw new UnacceptableKey(
                        KeyDefect.RSA_MODULUS, "the RSA modulus is divisible by " + prime);
            }
        }
    }

    /**
     * CVE-2017-15361: the Infineon library made primes of the form k*M + (65537^a mod M), M a
     * product of the first primes. Modulo each of these primes the modulus is then a power of
     * 65537; a random modulus passes all of these tests by chance once in 2^27.8.
     */
    private static void checkRoca(BigInteger modulus) throws UnacceptableKey {
        for (int prime = 3; prime <= ROCA_PRIME_MAX; prime = nextPrime(prime)) {
            int residue = modulus.mod(BigInteger.valueOf(prime)).intValue();
            if (!powersOf65537(prime).get(residue)) {
                return;
            }
        }
        throw new UnacceptableKey(
                KeyDefect.ROCA,
                "the RSA key was made by the defective library of CVE-2017-15361 (ROCA);"
                        + " make a new key with fixed firmware or outside the chip");
    }

    private static BitSet powersOf65537(int prime) {
        BitSet powers = new BitSet(prime);
        int generator = 65537 % prime;
        int power = 1;
        do {
            powers.set(power);
            power = power * generator % prime;
        } while (power != 1);
        return powers;
    }

    /**
     * CVE-2022-26320: two primes close to each other are found by Fermat's method in a few steps. A
     * hundred rounds are what Boulder takes; honest keys fail to factor in 2^500.
     */
    private static void checkClosePrimes(BigInteger modulus) throws UnacceptableKey {
        BigInteger a = modulus.sqrt();
        if (a.multiply(a).compareTo(modulus) < 0) {
            a = a.add(BigInteger.ONE);
        }
        for (int round = 0; round < FERMAT_ROUNDS; round++) {
            BigInteger remainder = a.multiply(a).subtract(modulus);
            BigInteger root = remainder.sqrt();
            if (root.multiply(root).equals(remainder)) {
                throw new UnacceptableKey(
                        KeyDefect.RSA_MODULUS, "the two primes of the RSA modulus are too close");
            }
            a = a.add(BigInteger.ONE);
        }
    }

    private static int nextPrime(int after) {
        int candidate = after + 1;
        while (!BigInteger.valueOf(candidate).isProbablePrime(20)) {
            candidate++;
        }
        return candidate;
    }
}
