/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.attestation.EndorsementAuthority;
import dev.breakwater.server.attestation.EndorsementKey;
import dev.breakwater.server.attestation.EndorsementStore;
import dev.breakwater.server.attestation.ListedSha256;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The allow-lists of endorsement keys as a row for each entry. */
public final class SqlEndorsementStore implements EndorsementStore {

    private static final String AUTHORITIES = "endorsement_authority";
    private static final String KEYS = "endorsement_key";

    private final Database database;
    private final SqlAuditLog audit;

    /** The lists within this database. */
    public SqlEndorsementStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Entering enter(EndorsementAuthority authority, int entriesMax, AuditEvent event) {
        byte[] der;
        try {
            der = authority.certificate().getEncoded();
        } catch (CertificateEncodingException unreadable) {
            throw new IllegalArgumentException(unreadable);
        }
        return database.write(
                transaction ->
                        enter(
                                transaction,
                                AUTHORITIES,
                                new Entry(
                                        authority.organization(),
                                        authority.sha256(),
                                        entriesMax,
                                        event),
                                "INSERT INTO endorsement_authority (organization_id,"
                                        + " certificate_sha256, certificate, note, added_us,"
                                        + " added_by) VALUES (?, ?, ?, ?, ?, ?)",
                                authority.organization(),
                                authority.sha256(),
                                der,
                                authority.note(),
                                authority.addedAt(),
                                authority.addedBy()));
    }

    @Override
    public Entering enter(EndorsementKey key, int entriesMax, AuditEvent event) {
        return database.write(
                transaction ->
                        enter(
                                transaction,
                                KEYS,
                                new Entry(key.organization(), key.sha256(), entriesMax, event),
                                "INSERT INTO endorsement_key (organization_id, key_sha256, note,"
                                        + " added_us, added_by) VALUES (?, ?, ?, ?, ?)",
                                key.organization(),
                                key.sha256(),
                                key.note(),
                                key.addedAt(),
                                key.addedBy()));
    }

    private record Entry(
            OrganizationId organization, ListedSha256 sha256, int entriesMax, AuditEvent event) {}

    private Entering enter(
            Transaction transaction,
            String table,
            Entry entry,
            String insert,
            @Nullable Object... values)
            throws SQLException {
        String listed = "SELECT count(*) FROM " + table + " WHERE organization_id = ?";
        String known = listed + " AND " + column(table) + " = ?";
        if (transaction.count(known, entry.organization(), entry.sha256()) > 0) {
            return Entering.KNOWN;
        }
        if (transaction.count(listed, entry.organization()) >= entry.entriesMax()) {
            return Entering.LIST_FULL;
        }
        transaction.update(insert, values);
        audit.append(transaction, entry.event());
        return Entering.ENTERED;
    }

    private static String column(String table) {
        return table.equals(AUTHORITIES) ? "certificate_sha256" : "key_sha256";
    }

    @Override
    public List<EndorsementAuthority> authorities(
            OrganizationId organization, Optional<ListedSha256> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM endorsement_authority WHERE organization_id = ?"
                                        + " AND certificate_sha256 > ?"
                                        + " ORDER BY certificate_sha256 LIMIT ?",
                                SqlEndorsementStore::authority,
                                organization,
                                after.map(ListedSha256::hex).orElse(""),
                                countMax));
    }

    private static EndorsementAuthority authority(Row row) throws SQLException {
        try {
            return EndorsementAuthority.kept(
                    new OrganizationId(row.uuid("organization_id")),
                    row.bytes("certificate"),
                    row.text("note"),
                    row.instant("added_us"),
                    row.text("added_by"));
        } catch (CertificateException unreadable) {
            throw new IllegalStateException("a stored certificate cannot be read", unreadable);
        }
    }

    @Override
    public List<EndorsementKey> keys(
            OrganizationId organization, Optional<ListedSha256> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM endorsement_key WHERE organization_id = ?"
                                        + " AND key_sha256 > ? ORDER BY key_sha256 LIMIT ?",
                                row ->
                                        new EndorsementKey(
                                                new OrganizationId(row.uuid("organization_id")),
                                                new ListedSha256(row.text("key_sha256")),
                                                row.text("note"),
                                                row.instant("added_us"),
                                                row.text("added_by")),
                                organization,
                                after.map(ListedSha256::hex).orElse(""),
                                countMax));
    }

    @Override
    public boolean lists(OrganizationId organization, ListedSha256 key) {
        return database.read(
                statements ->
                        statements.count(
                                        "SELECT count(*) FROM endorsement_key"
                                                + " WHERE organization_id = ? AND key_sha256 = ?",
                                        organization,
                                        key)
                                > 0);
    }

    @Override
    public boolean removeAuthority(
            OrganizationId organization, ListedSha256 sha256, AuditEvent event) {
        return remove(AUTHORITIES, organization, sha256, event);
    }

    @Override
    public boolean removeKey(OrganizationId organization, ListedSha256 sha256, AuditEvent event) {
        return remove(KEYS, organization, sha256, event);
    }

    private boolean remove(
            String table, OrganizationId organization, ListedSha256 sha256, AuditEvent event) {
        return database.write(
                transaction -> {
                    int removed =
                            transaction.update(
                                    "DELETE FROM "
                                            + table
                                            + " WHERE organization_id = ? AND "
                                            + column(table)
                                            + " = ?",
                                    organization,
                                    sha256);
                    if (removed > 0) {
                        audit.append(transaction, event);
                    }
                    return removed > 0;
                });
    }
}
