/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Archives as streams: zip, tar, gzip, xz, zstd and cpio, each read once from front to back in
 * bounded memory.
 *
 * <p>Guarantees that nothing is written to disk whatever the names say, that a reader takes no byte
 * behind its archive's end, and that what an archive holds is handed out whether or not its own
 * directory names it. What is broken, encrypted or of another form is said, never passed over.
 *
 * <p>Bounds of count, depth, size and time are the caller's. Read {@link
 * dev.breakwater.server.scan.archive.Signature} first.
 */
@NullMarked
package dev.breakwater.server.scan.archive;

import org.jspecify.annotations.NullMarked;
