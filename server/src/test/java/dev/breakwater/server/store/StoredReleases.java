/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.release.Release;

/** Releases as rows, without the repository that would have published them. */
public final class StoredReleases {

    private StoredReleases() {}

    /** Stores it as it would be after it was published. */
    public static void keep(Database database, Release release) {
        int kept =
                database.write(
                        transaction ->
                                transaction.update(
                                        "INSERT INTO product_release (release_id, organization_id,"
                                                + " product_id, path, byte_length, sha256, counter,"
                                                + " description, state, published_us)"
                                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                        release.id(),
                                        release.organization(),
                                        release.product(),
                                        release.path(),
                                        release.length(),
                                        release.hash(),
                                        release.description().releaseCounter(),
                                        ReleaseText.of(release.description()),
                                        release.state(),
                                        release.publishedAt()));
        if (kept != 1) {
            throw new IllegalStateException("the release is not stored");
        }
    }
}
