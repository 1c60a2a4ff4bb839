/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.member.KnownSourceStore;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Known sources as one row each. */
public final class SqlKnownSourceStore implements KnownSourceStore {

    private static final String OF_MEMBER = " WHERE organization_id = ? AND member_id = ?";

    private final Database database;

    /** The known sources within this database. */
    public SqlKnownSourceStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean isKnown(
            OrganizationId organization, MemberId member, SecretDigest secret, Instant now) {
        return database.read(
                statements ->
                        statements
                                .one(
                                        "SELECT used_us FROM known_source"
                                                + OF_MEMBER
                                                + " AND secret_sha256 = ? AND expires_us > ?",
                                        row -> row.instant("used_us"),
                                        organization,
                                        member,
                                        secret,
                                        now)
                                .isPresent());
    }

    @Override
    public void remember(
            OrganizationId organization,
            MemberId member,
            SecretDigest secret,
            Instant now,
            Instant expiresAt,
            int countMax) {
        database.write(
                transaction -> {
                    transaction.update(
                            "DELETE FROM known_source"
                                    + OF_MEMBER
                                    + " AND (secret_sha256 = ? OR expires_us <= ?)",
                            organization,
                            member,
                            secret,
                            now);
                    List<String> lately =
                            transaction.list(
                                    "SELECT secret_sha256 FROM known_source"
                                            + OF_MEMBER
                                            + " ORDER BY used_us DESC, secret_sha256 LIMIT 1000",
                                    row -> row.text("secret_sha256"),
                                    organization,
                                    member);
                    for (String longest :
                            lately.subList(Math.min(countMax - 1, lately.size()), lately.size())) {
                        transaction.update(
                                "DELETE FROM known_source" + OF_MEMBER + " AND secret_sha256 = ?",
                                organization,
                                member,
                                longest);
                    }
                    transaction.update(
                            "INSERT INTO known_source (organization_id, member_id, secret_sha256,"
                                    + " used_us, expires_us) VALUES (?, ?, ?, ?, ?)",
                            organization,
                            member,
                            secret,
                            now,
                            expiresAt);
                    return secret;
                });
    }

    /** Forgets all of a member's, in the transaction of what ends them. */
    static void forget(Transaction transaction, OrganizationId organization, MemberId member)
            throws SQLException {
        transaction.update("DELETE FROM known_source" + OF_MEMBER, organization, member);
    }
}
