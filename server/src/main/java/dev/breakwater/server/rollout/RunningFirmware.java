/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.release.ReleaseHash;
import java.time.Instant;
import java.util.Optional;

/**
 * What a device last said it runs.
 *
 * @param hash of the artifact it was made from; empty for what it left the factory with
 * @param version as people write it
 * @param counter of the release
 * @param hardware the revision that the device says it is
 * @param healthy whether the product's own probe was content
 */
public record RunningFirmware(
        Optional<ReleaseHash> hash,
        String version,
        long counter,
        String hardware,
        boolean healthy,
        Instant saidAt) {

    /** Whether it says the same, at whatever time. */
    public boolean saysThe(RunningFirmware other) {
        return hash.equals(other.hash)
                && version.equals(other.version)
                && counter == other.counter
                && hardware.equals(other.hardware)
                && healthy == other.healthy;
    }
}
