/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.OnlineKeys;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseStore.Repository;
import java.sql.SQLException;
import java.util.List;

/** The server's keys for update repositories, a row for each. */
final class OnlineKeyRows {

    private OnlineKeyRows() {}

    /** All of a product, the oldest first. */
    static List<SealedKey> of(Statements statements, OrganizationId organization, ProductId product)
            throws SQLException {
        return statements.list(
                "SELECT * FROM update_online_key WHERE product_id = ?"
                        + " AND organization_id = ? ORDER BY key_number",
                OnlineKeyRows::key,
                product,
                organization);
    }

    /**
     * Keeps the prepared key of a repository, which begins with the first.
     *
     * @return whether the repository was still what it was
     */
    static boolean prepare(Transaction transaction, Repository before, SealedKey fresh)
            throws SQLException {
        if (!prepared(transaction, before, fresh)) {
            return false;
        }
        transaction.update(
                "INSERT INTO update_online_key (product_id, key_number,"
                        + " organization_id, public_key, sealed_key, created_us)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                before.product(),
                fresh.number(),
                before.organization(),
                fresh.publicKey(),
                fresh.sealedPrivateKey(),
                fresh.createdAt());
        OnlineKeys.Roles roles = before.keys().roles();
        destroy(
                transaction,
                before,
                new OnlineKeys.Roles(roles.root(), roles.director(), fresh.number()));
        return true;
    }

    private static boolean prepared(Transaction transaction, Repository before, SealedKey fresh)
            throws SQLException {
        int changed =
                before.revision() == 0
                        ? transaction.update(
                                "INSERT INTO update_repository (product_id, organization_id,"
                                        + " prepared_key, keys_made, revision, root_version,"
                                        + " targets_version, snapshot_version, timestamp_version,"
                                        + " counter_max, directed, created_us)"
                                        + " SELECT product_id, organization_id, ?, ?,"
                                        + " 1, 0, 0, 0, 0, 0, 0, ? FROM product"
                                        + " WHERE organization_id = ? AND product_id = ?"
                                        + " ON CONFLICT (product_id) DO NOTHING",
                                fresh.number(),
                                fresh.number(),
                                fresh.createdAt(),
                                before.organization(),
                                before.product())
                        : transaction.update(
                                "UPDATE update_repository SET revision = revision + 1,"
                                        + " prepared_key = ?, keys_made = ?"
                                        + " WHERE organization_id = ? AND product_id = ?"
                                        + " AND revision = ?",
                                fresh.number(),
                                fresh.number(),
                                before.organization(),
                                before.product(),
                                before.revision());
        return changed == 1;
    }

    /** A key without a role signs nothing any more, and nobody shall have it. */
    static void destroy(Transaction transaction, Repository of, OnlineKeys.Roles roles)
            throws SQLException {
        transaction.update(
                "DELETE FROM update_online_key WHERE product_id = ? AND organization_id = ?"
                        + " AND key_number NOT IN (?, ?, ?)",
                of.product(),
                of.organization(),
                roles.root(),
                roles.director(),
                roles.prepared());
    }

    static SealedKey key(Row row) throws SQLException {
        return new SealedKey(
                row.number("key_number"),
                row.bytes("public_key"),
                row.bytes("sealed_key"),
                row.instant("created_us"));
    }
}
