/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Optional;

/** The files of metadata that a product's devices fetch. */
public interface UpdateMetadata {

    /**
     * A file of a product's repository. Blocks.
     *
     * @param name such as {@code 2.root.json} or {@code timestamp.json}, with nothing in it
     *     decoded; whatever else is asked for is not there
     * @return its bytes, whole; at most {@link
     *     dev.breakwater.protocol.update.metadata.MetadataLimits#TARGETS_BYTES_MAX}
     */
    Optional<byte[]> file(OrganizationId organization, ProductId product, String name);
}
