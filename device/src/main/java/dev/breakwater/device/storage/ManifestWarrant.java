/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

/**
 * Whose word a manifest is. It comes with the firmware, so what vouches for the firmware will vouch
 * for it: the check of that signature belongs behind this interface, and does not exist yet. {@link
 * #UNSIGNED} is all there is, and says so wherever the manifest is reported.
 */
@FunctionalInterface
public interface ManifestWarrant {

    /** Nobody vouches: the manifest is as good as the medium the firmware lies on. */
    ManifestWarrant UNSIGNED = _ -> "unsigned";

    /**
     * Checks who vouches for a manifest.
     *
     * @param canonical {@link StorageManifest#canonical}
     * @return who does, for reports
     * @throws MalformedManifest if somebody should and does not
     */
    String vouchedFor(byte[] canonical) throws MalformedManifest;
}
