/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The bytes by which an archive is found, wherever it stands, and how it is read then. */
public enum Signature {
    /** RFC 1952, with its only method. */
    GZIP(hex("1f8b08"), 0, "gzip"),
    /** The .xz form. */
    XZ(hex("fd377a585a00"), 0, "xz"),
    /** RFC 8878. */
    ZSTD(hex("28b52ffd"), 0, "zstd"),
    /** A local header. */
    ZIP(hex("504b0304"), 0, "zip"),
    /** The magic of POSIX and GNU tar stands in the middle of the first header. */
    TAR("ustar", 257, "tar"),
    /** "newc". */
    CPIO_NEW("070701", 0, "cpio"),
    /** "crc". */
    CPIO_SUMMED("070702", 0, "cpio"),
    /** "odc". */
    CPIO_OLD("070707", 0, "cpio"),
    /** Not read. */
    BZIP2("1AY&SY", 4, "bzip2"),
    /** Not read. */
    SEVEN_ZIP(hex("377abcaf271c00"), 0, "7z"),
    /** Not read. */
    RAR(hex("526172211a07"), 0, "rar"),
    /** Not read: the superblock of version 4, with the sizes of blocks that it knows. */
    SQUASHFS("hsqs", 0, "squashfs"),
    /** Not read. */
    LZ4(hex("04224d18"), 0, "lz4");

    private static final int SUPERBLOCK_BYTES = 32;

    private final String text;
    private final int offset;
    private final String label;

    Signature(String text, int offset, String label) {
        this.text = text;
        this.offset = offset;
        this.label = label;
    }

    private static String hex(String text) {
        return new String(HexFormat.of().parseHex(text), StandardCharsets.ISO_8859_1);
    }

    /** The bytes. */
    public byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** How many they are. */
    public int length() {
        return text.length();
    }

    /** How far behind the archive's beginning they stand. */
    public int offset() {
        return offset;
    }

    /** What people call the form. */
    public String label() {
        return label;
    }

    /**
     * Reads the archive, or one entry of a zip file.
     *
     * @param in at the archive's beginning
     * @return whether it is one
     * @throws DamagedArchive if it is one, and broken
     * @throws UnreadArchive if it is one, and not looked into
     */
    public boolean read(ArchiveInput in, Contents contents) throws IOException {
        return switch (this) {
            case GZIP -> Gzip.read(in, contents);
            case XZ -> Xz.read(in, contents);
            case ZSTD -> ZstdFrame.read(in, contents);
            case ZIP -> Zip.read(in, contents);
            case TAR -> Tar.read(in, contents);
            case CPIO_NEW, CPIO_SUMMED, CPIO_OLD -> Cpio.read(in, contents);
            case BZIP2, SEVEN_ZIP, RAR, SQUASHFS, LZ4 -> unread(in);
        };
    }

    private boolean unread(ArchiveInput in) throws IOException {
        byte[] start = new byte[SUPERBLOCK_BYTES];
        if (!in.tryFully(start) || !isPlausible(start)) {
            return false;
        }
        throw new UnreadArchive(UnreadArchive.Reason.UNSUPPORTED, label + " is not read");
    }

    private boolean isPlausible(byte[] start) {
        return switch (this) {
            case BZIP2 ->
                    start[0] == 'B'
                            && start[1] == 'Z'
                            && start[2] == 'h'
                            && start[3] >= '1'
                            && start[3] <= '9';
            case SQUASHFS ->
                    Numbers.little(start, 28, 2) == 4
                            && start[22] >= 12
                            && start[22] <= 20
                            && Numbers.little(start, 12, 4) == 1L << start[22];
            // The frame's version is 01, its reserved bits are zero.
            case LZ4 -> (start[4] & 0xc2) == 0x40 && (start[5] & 0x8f) == 0 && start[5] >= 0x40;
            default -> true;
        };
    }
}
