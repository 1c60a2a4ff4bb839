/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import java.util.Optional;

/** The releases of an organization's products. All of it blocks. */
public interface Releases {

    /** The release of this id. */
    Optional<Release> find(OrganizationId organization, ReleaseId release);

    /**
     * Those of a product in the order in which they came, withdrawn ones included.
     *
     * @param after the last one that was seen; empty for the first page
     */
    List<Release> of(
            OrganizationId organization,
            ProductId product,
            Optional<ReleaseId> after,
            int countMax);

    /**
     * The published release of a product with these bytes. What it answers nothing for must not be
     * handed to the product's devices.
     */
    Optional<Release> published(OrganizationId organization, ProductId product, ReleaseHash hash);
}
