/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.DeviceId;
import java.util.Set;

/**
 * What a device knows of itself when it judges a release.
 *
 * @param id its id
 * @param waves the waves it was told that it is in; may be none
 * @param productId its product
 * @param hardwareId its hardware, as its maker burned it in
 * @param runningVersion the version that runs
 * @param runningCounter the release counter of what runs
 * @param rollbackFloor no release with a lower counter may be installed; it only rises
 */
public record InstalledDevice(
        DeviceId id,
        Set<String> waves,
        String productId,
        String hardwareId,
        ReleaseVersion runningVersion,
        long runningCounter,
        long rollbackFloor) {

    /** Takes the waves as they are now. */
    public InstalledDevice {
        waves = Set.copyOf(waves);
    }
}
