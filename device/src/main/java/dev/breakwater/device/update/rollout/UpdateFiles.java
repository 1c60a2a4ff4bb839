/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.protocol.update.offer.UpdateFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The files of updates at the device's server. Nothing they hold is believed. */
interface UpdateFiles {

    /**
     * Begins a download from any byte on.
     *
     * @return a stream whose {@code close}, called by another thread, ends a read that waits; empty
     *     if the server has no such file for this device
     * @throws SourceBusy if the server asks to come back later
     * @throws IOException if it could not be found out
     */
    Optional<InputStream> open(UpdateFile file, long offset) throws IOException;
}
