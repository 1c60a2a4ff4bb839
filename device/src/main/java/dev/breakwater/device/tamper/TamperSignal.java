/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import java.io.IOException;
import java.util.Optional;

/**
 * Something that can tell tampering: a switch under the lid, a mesh, a check of integrity. {@link
 * ValueFileSignal} reads a file of the Linux kernel; a test answers what it likes.
 */
@FunctionalInterface
public interface TamperSignal {

    /**
     * Looks now, without waiting.
     *
     * @throws IOException if it cannot be told; that is no alarm
     */
    Optional<Tampering> poll() throws IOException;
}
