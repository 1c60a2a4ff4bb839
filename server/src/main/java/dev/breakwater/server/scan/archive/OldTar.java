/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

/** Tar from before it had a magic; looked for at the beginning of a content alone. */
public final class OldTar {

    private OldTar() {}

    /** Whether the first 512 bytes are a header, by its checksum. */
    public static boolean isHeader(byte[] block) {
        return block[257] == 0 && Tar.isHeader(block);
    }
}
