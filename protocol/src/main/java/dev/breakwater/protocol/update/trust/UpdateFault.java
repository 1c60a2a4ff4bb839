/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

/** Why an update was refused, as the attack that the guard stops. */
public enum UpdateFault {
    /**
     * The stored root is missing, damaged or not signed by its own keys: nothing can be trusted.
     */
    TRUST_LOST,
    /** Too few keys signed: arbitrary software, a swapped signer, a key that was rotated out. */
    WRONG_SIGNATURES,
    /** Not in the form of the specification. */
    MALFORMED,
    /** Older than what was trusted before. */
    ROLLED_BACK,
    /** Expired: somebody holds newer files back, or nobody renews them. */
    EXPIRED,
    /** Files that do not belong together: hash, length or version is not the one announced. */
    MISMATCHED,
    /** More bytes than there may be: endless data. */
    TOO_LONG,
    /** Fewer bytes than there must be. */
    TRUNCATED,
    /** Less progress than there must be: slow data. */
    TOO_SLOW,
    /** A file that has to be there is not. */
    MISSING,
    /** More delegations than anybody walks through. */
    TOO_MANY_ROLES,
    /** The repository does not list this file. */
    NO_SUCH_TARGET,
    /** A path that could lead out of the place of the files. */
    UNSAFE_PATH,
    /** Signed, and not for this device. */
    NOT_FOR_THIS_DEVICE
}
