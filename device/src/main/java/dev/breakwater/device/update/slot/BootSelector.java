/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.IOException;
import java.util.Optional;

/**
 * The small record that the boot loader or the {@link dev.breakwater.device.update.launch.Launcher}
 * reads at each boot. {@link SelectorFile} is a file, {@link UbootEnvironment} is U-Boot's own
 * record; a product on another boot loader brings its own.
 */
public interface BootSelector {

    /**
     * The choice, or nothing if no readable record is left.
     *
     * @throws IOException if the medium cannot be read
     */
    Optional<BootChoice> read() throws IOException;

    /**
     * Makes a choice. Returns when it is durable; a power cut meanwhile leaves the choice before or
     * this one.
     */
    void write(BootChoice choice) throws IOException;
}
