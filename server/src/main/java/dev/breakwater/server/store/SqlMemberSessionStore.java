/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.MemberSession;
import dev.breakwater.server.member.MemberSessionStore;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** People's sessions as one row each. */
public final class SqlMemberSessionStore implements MemberSessionStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The sessions within this database. */
    public SqlMemberSessionStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public void begin(
            OrganizationId organization,
            MemberSession session,
            SecretDigest lasting,
            SecretDigest passing,
            int liveMax,
            AuditEvent event) {
        database.write(
                transaction -> {
                    forget(transaction, organization, session);
                    List<SessionId> live =
                            transaction.list(
                                    "SELECT session_id FROM member_session"
                                            + " WHERE organization_id = ? AND member_id = ?"
                                            + " AND ended_us IS NULL ORDER BY created_us, session_id"
                                            + " LIMIT 1000",
                                    row -> new SessionId(row.uuid("session_id")),
                                    organization,
                                    session.member());
                    for (SessionId oldest :
                            live.subList(0, Math.max(0, live.size() + 1 - liveMax))) {
                        transaction.update(
                                "UPDATE member_session SET ended_us = ?"
                                        + " WHERE organization_id = ? AND session_id = ?",
                                session.createdAt(),
                                organization,
                                oldest);
                    }
                    transaction.update(
                            "INSERT INTO member_session (session_id, organization_id, member_id,"
                                    + " source, lasting_sha256, passing_sha256, created_us,"
                                    + " refreshed_us, proven_us, expires_us)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            session.id(),
                            organization,
                            session.member(),
                            session.source(),
                            lasting,
                            passing,
                            session.createdAt(),
                            session.refreshedAt(),
                            session.provenAt().orElse(null),
                            session.expiresAt());
                    audit.append(transaction, event);
                    return session;
                });
    }

    /** What is over says nothing any more that the audit log does not say. */
    private static void forget(
            Transaction transaction, OrganizationId organization, MemberSession next)
            throws SQLException {
        transaction.update(
                "DELETE FROM member_session WHERE organization_id = ? AND member_id = ?"
                        + " AND expires_us <= ?",
                organization,
                next.member(),
                next.createdAt());
    }

    @Override
    @Unscoped("the token is what tells whose it is")
    public Optional<Known> session(SessionId id) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT s.session_id, s.source, s.lasting_sha256, s.passing_sha256,"
                                        + " s.created_us AS begun_us, s.refreshed_us, s.proven_us, s.password_us, s.expires_us,"
                                        + " s.ended_us, m.*, o.enabled,"
                                        + " o.second_factor_required FROM member_session s"
                                        + " JOIN member m ON m.member_id = s.member_id"
                                        + " JOIN organization o ON o.organization_id = s.organization_id"
                                        + " WHERE s.session_id = ?",
                                row ->
                                        new Known(
                                                session(row, "begun_us"),
                                                SqlMemberStore.member(row),
                                                row.flag("enabled"),
                                                row.flag("second_factor_required"),
                                                new SecretDigest(row.text("lasting_sha256")),
                                                new SecretDigest(row.text("passing_sha256"))),
                                id));
    }

    @Override
    public boolean exchange(
            OrganizationId organization,
            SessionId id,
            SecretDigest before,
            SecretDigest after,
            Instant at) {
        return database.write(
                transaction ->
                        transaction.update(
                                        "UPDATE member_session SET passing_sha256 = ?, refreshed_us = ?"
                                                + " WHERE organization_id = ? AND session_id = ?"
                                                + " AND passing_sha256 = ? AND ended_us IS NULL",
                                        after,
                                        at,
                                        organization,
                                        id,
                                        before)
                                == 1);
    }

    @Override
    public boolean prove(
            OrganizationId organization,
            SessionId id,
            Proven what,
            SecretDigest lasting,
            SecretDigest passing,
            Instant at,
            AuditEvent event) {
        String noted =
                switch (what) {
                    case SECOND_FACTOR -> "UPDATE member_session SET proven_us = ?";
                    case PASSWORD -> "UPDATE member_session SET password_us = ?";
                };
        return database.write(
                transaction -> {
                    int proven =
                            transaction.update(
                                    noted
                                            + ", refreshed_us = ?, lasting_sha256 = ?, passing_sha256 = ?"
                                            + " WHERE organization_id = ? AND session_id = ?"
                                            + " AND ended_us IS NULL",
                                    at,
                                    at,
                                    lasting,
                                    passing,
                                    organization,
                                    id);
                    if (proven == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }

    @Override
    public boolean end(
            OrganizationId organization,
            MemberId member,
            SessionId id,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int ended =
                            transaction.update(
                                    "UPDATE member_session SET ended_us = ? WHERE organization_id = ?"
                                            + " AND member_id = ? AND session_id = ?"
                                            + " AND ended_us IS NULL",
                                    at,
                                    organization,
                                    member,
                                    id);
                    if (ended > 0) {
                        audit.append(transaction, event);
                        return true;
                    }
                    return transaction.count(
                                    "SELECT count(*) FROM member_session WHERE organization_id = ?"
                                            + " AND member_id = ? AND session_id = ?",
                                    organization,
                                    member,
                                    id)
                            > 0;
                });
    }

    @Override
    public int endOthers(
            OrganizationId organization,
            MemberId member,
            SessionId kept,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int ended =
                            transaction.update(
                                    "UPDATE member_session SET ended_us = ? WHERE organization_id = ?"
                                            + " AND member_id = ? AND session_id <> ?"
                                            + " AND ended_us IS NULL",
                                    at,
                                    organization,
                                    member,
                                    kept);
                    SqlKnownSourceStore.forget(transaction, organization, member);
                    if (ended > 0) {
                        audit.append(transaction, event);
                    }
                    return ended;
                });
    }

    @Override
    public List<MemberSession> live(
            OrganizationId organization, MemberId member, Instant now, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member_session WHERE organization_id = ?"
                                        + " AND member_id = ? AND ended_us IS NULL"
                                        + " AND expires_us > ?"
                                        + " ORDER BY created_us DESC, session_id DESC LIMIT ?",
                                row -> session(row, "created_us"),
                                organization,
                                member,
                                now,
                                countMax));
    }

    private static MemberSession session(Row row, String begun) throws SQLException {
        return new MemberSession(
                new SessionId(row.uuid("session_id")),
                new OrganizationId(row.uuid("organization_id")),
                new MemberId(row.uuid("member_id")),
                row.text("source"),
                row.instant(begun),
                row.instant("refreshed_us"),
                row.optionalInstant("proven_us"),
                row.optionalInstant("password_us"),
                row.instant("expires_us"),
                row.optionalInstant("ended_us"));
    }
}
