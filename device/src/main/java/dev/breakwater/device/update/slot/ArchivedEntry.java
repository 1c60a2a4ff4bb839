/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

/** A file or directory as the archive's central directory describes it. */
record ArchivedEntry(
        String name,
        boolean directory,
        boolean executable,
        int flags,
        int method,
        long crc,
        long packedBytes,
        long unpackedBytes,
        long headerOffset) {

    static final int STORED = 0;
    static final int DEFLATED = 8;

    /** Sizes and checksum follow the content, as writers do that cannot go back. */
    private static final int DESCRIPTOR_FOLLOWS = 1 << 3;

    boolean descriptorFollows() {
        return (flags & DESCRIPTOR_FOLLOWS) != 0;
    }
}
