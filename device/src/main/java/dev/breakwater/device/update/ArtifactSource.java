/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;
import java.io.InputStream;

/**
 * Where artifacts come from, from any offset on. Nothing it says is believed: the updater takes as
 * many bytes as the order has, hashes them, and gives up on a source that is too slow.
 */
@FunctionalInterface
public interface ArtifactSource {

    /**
     * Opens an artifact.
     *
     * @param path as the order has it
     * @param offset the first byte wanted
     * @return a stream whose {@code close}, called by another thread, ends a read that waits
     * @throws IOException if it cannot be had now; the updater tries again when it is asked to
     */
    InputStream open(String path, long offset) throws IOException;
}
