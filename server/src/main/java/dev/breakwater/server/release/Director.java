/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says which devices are to install which release, in files that they can check. */
public interface Director {

    /**
     * Signs a statement with the online key of the release's product. Its version is counted and
     * durable before it is returned. Blocks.
     *
     * @param devices 1 to {@link
     *     dev.breakwater.protocol.update.release.DirectorStatement#DEVICES_MAX}, of the product
     * @param deadline when an installation must have begun; the statement expires then, or after
     *     {@link dev.breakwater.protocol.update.release.DirectorStatement#LIFE_MAX} if that is
     *     sooner
     * @return the signed file; empty if the release was withdrawn, so that nobody may be told to
     *     install it any more
     */
    Optional<byte[]> statement(Release release, List<DeviceId> devices, Instant deadline);
}
