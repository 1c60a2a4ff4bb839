/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

/** How large metadata may be, and why. Sizes are of the whole file in bytes. */
public final class MetadataLimits {

    /** Some hundred keys with PEM; a root has a dozen. */
    public static final int ROOT_BYTES_MAX = 512 * 1024;

    /** It describes one file, so four signatures of RSA still leave room. It is fetched most. */
    public static final int TIMESTAMP_BYTES_MAX = 16 * 1024;

    /** About 20,000 delegated roles. */
    public static final int SNAPSHOT_BYTES_MAX = 2 * 1024 * 1024;

    /** About 5,000 releases with their notes; a device reads it into memory. */
    public static final int TARGETS_BYTES_MAX = 5 * 1024 * 1024;

    /** The largest whole number that every reader of JSON keeps exact (RFC 8259 section 6). */
    public static final long NUMBER_MAX = (1L << 53) - 1;

    /** More people than sign anything together; each signature costs a verification. */
    public static final int SIGNATURES_MAX = 64;

    /** RSA of 8,192 bits in hexadecimal digits. */
    static final int SIGNATURE_CHARACTERS_MAX = 2048;

    /** So that a role's name, each byte as %XX, is a file name everywhere (255 bytes). */
    static final int ROLE_NAME_BYTES_MAX = 80;

    /** As long as the longest paths in use. */
    static final int TARGET_PATH_CHARACTERS_MAX = 1024;

    /** What the deepest field of the format needs, and sixteen levels of custom members. */
    static final int NESTING_MAX = 24;

    /** RSA of 16,384 bits in PEM stays below. */
    static final int STRING_CHARACTERS_MAX = 64 * 1024;

    /** No role has more keys, so no threshold can be higher. */
    static final int THRESHOLD_MAX = 1024;

    private MetadataLimits() {}
}
