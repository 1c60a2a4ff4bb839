/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.protocol.update.release.ReleaseVersion;

/**
 * What runs, as the product knows it.
 *
 * @param productId as the descriptions of its releases have it
 * @param hardwareId as the maker burned it in, and no release can change
 * @param version the running version
 * @param counter its release counter; 0 if it has none
 */
public record InstalledProduct(
        String productId, String hardwareId, ReleaseVersion version, long counter) {}
