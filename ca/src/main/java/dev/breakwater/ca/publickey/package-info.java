/**
 * Which public keys are good enough to certify.
 *
 * <p>{@link dev.breakwater.ca.publickey.AcceptableKey} accepts P-256, P-384, Ed25519 and RSA of
 * 2048 to 4096 bits with e = 65537, each in its one canonical encoding, and refuses points off the
 * curve, small-order points, and RSA moduli with known defects (ROCA, close primes, small factors).
 * Both the request validators and the lint ask it, so there is one opinion. It does not know the
 * keys of the Debian random number disaster of 2008: the lists are no longer packaged, and a short
 * list would pretend. Read {@link dev.breakwater.ca.publickey.AcceptableKey} first.
 */
@NullMarked
package dev.breakwater.ca.publickey;

import org.jspecify.annotations.NullMarked;
