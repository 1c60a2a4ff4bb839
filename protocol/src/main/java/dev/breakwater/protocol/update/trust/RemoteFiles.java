/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where files come from: a web server, the device's channel, a directory. Believed in nothing. */
@FunctionalInterface
public interface RemoteFiles {

    /**
     * Begins a download. A read from it must end within {@link UpdateLimits#PROGRESS_WINDOW}, by an
     * exception if nothing came; how much it brings is watched by who reads it.
     *
     * @param path as it stands in a URL, relative and with %XX where that is needed
     * @return empty if there is no such file
     * @throws IOException if it could not be found out
     */
    Optional<InputStream> open(String path) throws IOException;
}
