/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

/**
 * Something that was not looked into, or not to its end. It blocks like a finding: where nobody
 * looked anything may be.
 *
 * @param detail the limit, or what is wrong, for people
 */
public record Gap(Kind kind, ContainerPath path, long offset, String detail) {

    /** Why it was not. */
    public enum Kind {
        /** Containers in containers, more than are opened. */
        DEPTH(false),
        /** More entries than are looked at. */
        ENTRIES(true),
        /** More bytes come out than are looked at. */
        EXPANDED_BYTES(true),
        /** Far more bytes come out than go in: a bomb, or an image that is almost empty. */
        RATIO(true),
        /** It took too long. */
        TIME(true),
        /** Decompressing it takes more memory than it may have. */
        MEMORY(false),
        /** More findings than are kept. */
        FINDINGS(true),
        /** Cut off, a checksum that does not fit, or not what it says it is. */
        DAMAGED(false),
        /** Nobody can look into it without its password. */
        ENCRYPTED(false),
        /** A form of container that is recognized and not read. */
        UNSUPPORTED(false);

        private final boolean endsScan;

        Kind(boolean endsScan) {
            this.endsScan = endsScan;
        }

        boolean endsScan() {
            return endsScan;
        }
    }

    /** By what it is known again. */
    public Fingerprint fingerprint() {
        return Fingerprint.ofGap(kind.name(), path);
    }
}
