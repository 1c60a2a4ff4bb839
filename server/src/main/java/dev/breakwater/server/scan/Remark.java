/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

/**
 * Something odd about an entry. Nothing is ever written to disk here, but it will be elsewhere.
 *
 * @param detail for people
 */
public record Remark(Kind kind, ContainerPath path, String detail) {

    /** What is odd. */
    public enum Kind {
        /** A name with {@code ..}: unpacked, it lands outside of where it should. Blocks. */
        ESCAPES,
        /** A name that begins at the root. Blocks. */
        ABSOLUTE,
        /** A link that leads out of the archive. Common in root file systems; does not block. */
        LINK_OUTSIDE
    }

    /** Whether a release waits for it. */
    public boolean blocks() {
        return kind != Kind.LINK_OUTSIDE;
    }

    /** By what it is known again. */
    public Fingerprint fingerprint() {
        return Fingerprint.ofGap(kind.name(), path);
    }
}
