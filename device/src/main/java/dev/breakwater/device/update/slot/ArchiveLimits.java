/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

/**
 * How much an archive may hold, so that none fills the medium whatever it claims.
 *
 * @param archiveBytesMax length of the archive itself
 * @param entriesMax files and directories in it
 * @param unpackedBytesMax all files together, unpacked
 */
public record ArchiveLimits(long archiveBytesMax, int entriesMax, long unpackedBytesMax) {

    /** ZIP without its 64-bit extension counts no more entries. */
    private static final int ZIP_ENTRIES_MAX = 0xfffe;

    /** ZIP without its 64-bit extension has no longer files; one byte less than all ones. */
    private static final long ZIP_BYTES_MAX = 0xffff_fffeL;

    /** Refuses limits that the format does not reach. */
    public ArchiveLimits {
        if (archiveBytesMax < 1 || archiveBytesMax > ZIP_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an archive has 1 to %d bytes".formatted(ZIP_BYTES_MAX));
        }
        if (entriesMax < 1 || entriesMax > ZIP_ENTRIES_MAX) {
            throw new IllegalArgumentException(
                    "an archive has 1 to %d entries".formatted(ZIP_ENTRIES_MAX));
        }
        if (unpackedBytesMax < 1) {
            throw new IllegalArgumentException("an unpacked archive has at least one byte");
        }
    }

    /**
     * 512 MiB of archive with 4,096 entries and 1 GiB unpacked: a Java product with its runtime.
     */
    public static ArchiveLimits usual() {
        return new ArchiveLimits(512L << 20, 4_096, 1L << 30);
    }
}
