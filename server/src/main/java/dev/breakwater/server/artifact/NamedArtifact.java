/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.server.organization.OrganizationId;

/**
 * An artifact that somebody speaks of, whether it is stored or not.
 *
 * @param organization whose it is
 * @param length bytes that it has to have
 */
public record NamedArtifact(OrganizationId organization, ArtifactHash hash, long length) {

    /** Its key in a bucket. */
    public String key() {
        return organization + "/" + hash;
    }
}
