/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.store.SqlReleaseStore;

/** How devices get new firmware. */
record Updates(ProductReleases releases) {

    static Updates over(Ground on, OpenParts open) {
        ProductReleases releases =
                open.add(
                        ProductReleases.over(
                                new SqlReleaseStore(on.database(), on.audit()),
                                on.sealingKey(),
                                on.limits(),
                                on.clock()));
        return new Updates(releases);
    }

    /** Begins what goes on by itself. */
    void start() {
        releases.upkeep().start();
    }
}
