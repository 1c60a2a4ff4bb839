/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * An artifact that is stored and was scanned.
 *
 * @param name as its uploader called it
 * @param length bytes
 * @param blocking findings in it that nobody answers for now; with none it may ship
 */
public record VettedArtifact(
        ArtifactId id,
        OrganizationId organization,
        ProductId product,
        String name,
        ArtifactHash hash,
        long length,
        Instant scannedAt,
        long blocking) {

    /** Whether it may ship at the moment for which it was asked. */
    public boolean isClean() {
        return blocking == 0;
    }
}
