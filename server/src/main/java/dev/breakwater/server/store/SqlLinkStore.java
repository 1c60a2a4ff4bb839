/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.LinkId;
import dev.breakwater.server.member.LinkStore;
import dev.breakwater.server.member.LinkedIdentity;
import dev.breakwater.server.member.MemberStore;
import dev.breakwater.server.member.OutsideIdentity;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.util.List;

/** The links to identity providers as one row each. */
public final class SqlLinkStore implements LinkStore {

    private static final int ROWS_MAX = 100;

    private final Database database;
    private final SqlAuditLog audit;

    /** The links within this database. */
    public SqlLinkStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public List<LinkedIdentity> links(OrganizationId organization, MemberId member) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member_link WHERE organization_id = ?"
                                        + " AND member_id = ? ORDER BY link_id LIMIT ?",
                                SqlLinkStore::link,
                                organization,
                                member,
                                ROWS_MAX));
    }

    @Override
    @Unscoped("the provider's word is what tells whose it is")
    public List<MemberStore.Known> linked(OutsideIdentity identity, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT m.*, o.enabled FROM member_link l"
                                        + " JOIN member m ON m.member_id = l.member_id"
                                        + " JOIN organization o ON o.organization_id = m.organization_id"
                                        + " WHERE l.issuer = ? AND l.subject = ?"
                                        + " ORDER BY l.link_id LIMIT ?",
                                SqlMemberStore::known,
                                identity.issuer(),
                                identity.subject(),
                                countMax));
    }

    @Override
    public Linking link(OrganizationId organization, LinkedIdentity link, AuditEvent event) {
        OutsideIdentity identity = link.identity();
        return database.write(
                transaction -> {
                    long taken =
                            transaction.count(
                                    "SELECT count(*) FROM member_link WHERE organization_id = ?"
                                            + " AND issuer = ? AND subject = ?",
                                    organization,
                                    identity.issuer(),
                                    identity.subject());
                    if (taken > 0) {
                        return Linking.IDENTITY_TAKEN;
                    }
                    long own =
                            transaction.count(
                                    "SELECT count(*) FROM member_link WHERE organization_id = ?"
                                            + " AND member_id = ? AND issuer = ?",
                                    organization,
                                    link.member(),
                                    identity.issuer());
                    if (own > 0) {
                        return Linking.MEMBER_HAS_ONE;
                    }
                    transaction.update(
                            "INSERT INTO member_link (link_id, organization_id, member_id, issuer,"
                                    + " subject, linked_us) VALUES (?, ?, ?, ?, ?, ?)",
                            link.id(),
                            organization,
                            link.member(),
                            identity.issuer(),
                            identity.subject(),
                            link.linkedAt());
                    audit.append(transaction, event);
                    return Linking.STORED;
                });
    }

    @Override
    public boolean unlink(
            OrganizationId organization, MemberId member, LinkId id, AuditEvent event) {
        return database.write(
                transaction -> {
                    int removed =
                            transaction.update(
                                    "DELETE FROM member_link WHERE organization_id = ?"
                                            + " AND member_id = ? AND link_id = ?",
                                    organization,
                                    member,
                                    id);
                    if (removed == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }

    private static LinkedIdentity link(Row row) throws SQLException {
        return new LinkedIdentity(
                new LinkId(row.uuid("link_id")),
                new MemberId(row.uuid("member_id")),
                new OutsideIdentity(row.text("issuer"), row.text("subject")),
                row.instant("linked_us"));
    }
}
