/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * What the holders of a product's release keys have signed of one firmware.
 *
 * @param path of its target in the product's repository, such as {@code 1.1/tank.zip}
 * @param length of the artifact, in bytes
 * @param hash of the artifact, by which it is stored and fetched
 * @param description what was signed of it: hardware, counter, notes
 * @param publishedAt when a file of targets that names it was first taken
 */
public record Release(
        ReleaseId id,
        OrganizationId organization,
        ProductId product,
        String path,
        long length,
        ReleaseHash hash,
        ReleaseDescription description,
        ReleaseState state,
        Instant publishedAt) {

    /** The version as people write it. */
    public ReleaseVersion version() {
        return description.version();
    }
}
