/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.api.idempotency.ReplayStore;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Answered idempotency keys as a table. */
public final class SqlReplayStore implements ReplayStore {

    private final Database database;

    /** The keys within this database. */
    public SqlReplayStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Earlier> reserve(
            OrganizationId organization, Key key, String requestDigest, Instant at, int keysMax) {
        return database.write(
                transaction -> {
                    Optional<Earlier> earlier = find(transaction, organization, key);
                    if (earlier.isPresent()) {
                        return earlier;
                    }
                    makeRoom(transaction, organization, keysMax);
                    transaction.update(
                            "INSERT INTO idempotent_reply"
                                    + " (organization_id, token_id, key_sha256, request_sha256, created_us)"
                                    + " VALUES (?, ?, ?, ?, ?)",
                            organization,
                            key.caller(),
                            key.digest(),
                            requestDigest,
                            at);
                    return Optional.empty();
                });
    }

    private static void makeRoom(Transaction transaction, OrganizationId organization, int keysMax)
            throws SQLException {
        long keys =
                transaction.count(
                        "SELECT count(*) FROM idempotent_reply WHERE organization_id = ?",
                        organization);
        if (keys >= keysMax) {
            transaction.update(
                    "DELETE FROM idempotent_reply WHERE organization_id = ? AND created_us <= ("
                            + "SELECT created_us FROM idempotent_reply WHERE organization_id = ?"
                            + " ORDER BY created_us LIMIT 1 OFFSET ?)",
                    organization,
                    organization,
                    Math.toIntExact(keys - keysMax));
        }
    }

    @Override
    public Optional<Earlier> find(OrganizationId organization, Key key) {
        return database.read(statements -> find(statements, organization, key));
    }

    private static Optional<Earlier> find(
            Statements statements, OrganizationId organization, Key key) throws SQLException {
        return statements.one(
                "SELECT request_sha256, sealed_reply FROM idempotent_reply"
                        + " WHERE organization_id = ? AND token_id = ? AND key_sha256 = ?",
                row -> new Earlier(row.text("request_sha256"), row.optionalBytes("sealed_reply")),
                organization,
                key.caller(),
                key.digest());
    }

    @Override
    public void complete(OrganizationId organization, Key key, byte[] sealedAnswer) {
        database.write(
                transaction ->
                        transaction.update(
                                "UPDATE idempotent_reply SET sealed_reply = ?"
                                        + " WHERE organization_id = ? AND token_id = ? AND key_sha256 = ?",
                                sealedAnswer,
                                organization,
                                key.caller(),
                                key.digest()));
    }

    @Override
    public void release(OrganizationId organization, Key key) {
        database.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM idempotent_reply WHERE organization_id = ?"
                                        + " AND token_id = ? AND key_sha256 = ? AND sealed_reply IS NULL",
                                organization,
                                key.caller(),
                                key.digest()));
    }

    @Override
    @Unscoped("the age of keys is the same for all")
    public int forgetBefore(Instant time) {
        return database.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM idempotent_reply WHERE created_us < ?", time));
    }
}
