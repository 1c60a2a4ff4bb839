/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.envelope.EnvelopeKey;
import dev.breakwater.server.envelope.EnvelopeKeyId;
import dev.breakwater.server.envelope.EnvelopeKeyStore;
import dev.breakwater.server.envelope.KeyHolder;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Envelope keys as one row each. */
public final class SqlEnvelopeKeyStore implements EnvelopeKeyStore {

    /** More than any organization may have. */
    private static final int ROWS_MAX = 1_000;

    private final Database database;
    private final SqlAuditLog audit;

    /** The keys within this database. */
    public SqlEnvelopeKeyStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public List<Kept> keys(OrganizationId organization) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM envelope_key WHERE organization_id = ?"
                                        + " ORDER BY envelope_key_id LIMIT ?",
                                SqlEnvelopeKeyStore::kept,
                                organization,
                                ROWS_MAX));
    }

    @Override
    @Unscoped("they are all held in memory from the start on, because event loops ask for them")
    public List<Kept> keys(Optional<EnvelopeKeyId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM envelope_key WHERE envelope_key_id > ?"
                                        + " ORDER BY envelope_key_id LIMIT ?",
                                SqlEnvelopeKeyStore::kept,
                                after.map(EnvelopeKeyId::toString).orElse(""),
                                countMax));
    }

    @Override
    public Addition add(
            OrganizationId organization,
            Kept fresh,
            Instant othersOpenUntil,
            int keysMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    EnvelopeKey key = fresh.key();
                    long same =
                            transaction.count(
                                    "SELECT count(*) FROM envelope_key"
                                            + " WHERE organization_id = ? AND short_id = ?",
                                    organization,
                                    key.key().id());
                    if (same > 0) {
                        return Addition.KNOWN;
                    }
                    long count =
                            transaction.count(
                                    "SELECT count(*) FROM envelope_key WHERE organization_id = ?",
                                    organization);
                    if (count >= keysMax) {
                        return Addition.TOO_MANY;
                    }
                    if (key.holder() == KeyHolder.SERVER) {
                        transaction.update(
                                "UPDATE envelope_key SET opens_until_us = ?"
                                        + " WHERE organization_id = ? AND holder = ?"
                                        + " AND opens_until_us IS NULL",
                                othersOpenUntil,
                                organization,
                                KeyHolder.SERVER.code());
                    }
                    insert(transaction, organization, fresh);
                    audit.append(transaction, event);
                    return Addition.ADDED;
                });
    }

    private static void insert(Transaction transaction, OrganizationId organization, Kept fresh)
            throws SQLException {
        EnvelopeKey key = fresh.key();
        transaction.update(
                "INSERT INTO envelope_key (envelope_key_id, organization_id, holder, suite,"
                        + " public_key, sealed_private_key, short_id, created_us, not_before_us,"
                        + " not_after_us, opens_until_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                key.id(),
                organization,
                key.holder().code(),
                (int) key.key().suite().number(),
                key.key().encoded(),
                fresh.sealedPrivateKey().orElse(null),
                key.key().id(),
                key.createdAt(),
                key.key().validity().notBefore(),
                key.key().validity().notAfter(),
                key.opensUntil().orElse(null));
    }

    /**
     * The sealed private half is overwritten before its row goes, so that it does not lie about in
     * a page of the file that nobody has used again yet.
     */
    @Override
    public boolean remove(OrganizationId organization, EnvelopeKeyId key, AuditEvent event) {
        return database.write(
                transaction -> {
                    transaction.update(
                            "UPDATE envelope_key SET sealed_private_key = ?"
                                    + " WHERE organization_id = ? AND envelope_key_id = ?"
                                    + " AND sealed_private_key IS NOT NULL",
                            new byte[RecipientKey.KEY_BYTES],
                            organization,
                            key);
                    int removed =
                            transaction.update(
                                    "DELETE FROM envelope_key"
                                            + " WHERE organization_id = ? AND envelope_key_id = ?",
                                    organization,
                                    key);
                    if (removed == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }

    private static Kept kept(Row row) throws SQLException {
        Suite suite =
                Suite.of((byte) row.integer("suite"))
                        .orElseThrow(() -> new SQLException("an envelope key of an unknown suite"));
        RecipientKey key =
                RecipientKey.of(
                        suite,
                        row.bytes("public_key"),
                        new Validity(row.instant("not_before_us"), row.instant("not_after_us")));
        return new Kept(
                new EnvelopeKey(
                        new EnvelopeKeyId(row.uuid("envelope_key_id")),
                        new OrganizationId(row.uuid("organization_id")),
                        KeyHolder.of(row.text("holder")),
                        key,
                        row.instant("created_us"),
                        row.optionalInstant("opens_until_us")),
                row.optionalBytes("sealed_private_key"));
    }
}
