/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.MemberStore;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.member.SessionId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Members and invitations as tables. */
public final class SqlMemberStore implements MemberStore {

    private static final String KNOWN =
            "SELECT m.*, o.enabled FROM member m"
                    + " JOIN organization o ON o.organization_id = m.organization_id";

    private final Database database;
    private final SqlAuditLog audit;

    /** The members within this database. */
    public SqlMemberStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Optional<Member> member(OrganizationId organization, MemberId id) {
        return database.read(statements -> member(statements, organization, id));
    }

    static Optional<Member> member(Statements statements, OrganizationId organization, MemberId id)
            throws SQLException {
        return statements.one(
                "SELECT * FROM member WHERE organization_id = ? AND member_id = ?",
                SqlMemberStore::member,
                organization,
                id);
    }

    @Override
    public List<Member> members(
            OrganizationId organization, Optional<MemberId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member WHERE organization_id = ? AND member_id > ?"
                                        + " ORDER BY member_id LIMIT ?",
                                SqlMemberStore::member,
                                organization,
                                after.map(MemberId::toString).orElse(""),
                                countMax));
    }

    @Override
    @Unscoped("the address is what tells whose it is")
    public List<Known> withEmail(Email email, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                KNOWN + " WHERE m.email = ? ORDER BY m.member_id LIMIT ?",
                                SqlMemberStore::known,
                                email,
                                countMax));
    }

    @Override
    public Optional<Known> known(OrganizationId organization, MemberId id) {
        return database.read(
                statements ->
                        statements.one(
                                KNOWN + " WHERE m.organization_id = ? AND m.member_id = ?",
                                SqlMemberStore::known,
                                organization,
                                id));
    }

    @Override
    public List<String> ownNames(OrganizationId organization, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT name FROM (SELECT name, 0 AS place FROM organization"
                                        + " WHERE organization_id = ? UNION ALL"
                                        + " SELECT name, 1 AS place FROM product"
                                        + " WHERE organization_id = ?) AS named"
                                        + " ORDER BY place, name LIMIT ?",
                                row -> row.text("name"),
                                organization,
                                organization,
                                countMax));
    }

    static Known known(Row row) throws SQLException {
        return new Known(
                member(row), new PasswordHash(row.text("password_hash")), row.flag("enabled"));
    }

    @Override
    public void changePassword(
            OrganizationId organization,
            MemberId id,
            PasswordHash password,
            SessionId kept,
            Instant at,
            AuditEvent event) {
        database.write(
                transaction -> {
                    transaction.update(
                            "UPDATE member SET password_hash = ?"
                                    + " WHERE organization_id = ? AND member_id = ?",
                            password.text(),
                            organization,
                            id);
                    transaction.update(
                            "UPDATE member_session SET ended_us = ? WHERE organization_id = ?"
                                    + " AND member_id = ? AND session_id <> ? AND ended_us IS NULL",
                            at,
                            organization,
                            id,
                            kept);
                    SqlKnownSourceStore.forget(transaction, organization, id);
                    audit.append(transaction, event);
                    return id;
                });
    }

    @Override
    public Change change(
            OrganizationId organization,
            MemberId id,
            Optional<Long> expectedVersion,
            Predicate<Member> allowed,
            UnaryOperator<Member> change,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Member> before = member(transaction, organization, id);
                    if (before.isEmpty()) {
                        return new Change.NoSuchMember();
                    }
                    if (!allowed.test(before.get())) {
                        return new Change.Forbidden(before.get());
                    }
                    if (expectedVersion.isPresent()
                            && expectedVersion.get() != before.get().version()) {
                        return new Change.VersionMismatch(before.get());
                    }
                    Member after = change.apply(before.get());
                    if (after.equals(before.get())) {
                        return new Change.Changed(after);
                    }
                    if (isLiveOwner(before.get())
                            && !isLiveOwner(after)
                            && liveOwners(transaction, organization) == 1) {
                        return new Change.LastOwner();
                    }
                    transaction.update(
                            "UPDATE member SET name = ?, role = ?, disabled_us = ?,"
                                    + " version = version + 1"
                                    + " WHERE organization_id = ? AND member_id = ?",
                            after.name(),
                            after.role().code(),
                            after.disabledAt().orElse(null),
                            organization,
                            id);
                    if (after.disabledAt().isPresent()) {
                        transaction.update(
                                "UPDATE member_session SET ended_us = ? WHERE organization_id = ?"
                                        + " AND member_id = ? AND ended_us IS NULL",
                                at,
                                organization,
                                id);
                        SqlKnownSourceStore.forget(transaction, organization, id);
                    }
                    audit.append(transaction, event);
                    return new Change.Changed(member(transaction, organization, id).orElseThrow());
                });
    }

    private static boolean isLiveOwner(Member member) {
        return member.role() == Role.OWNER && member.disabledAt().isEmpty();
    }

    private static long liveOwners(Transaction transaction, OrganizationId organization)
            throws SQLException {
        return transaction.count(
                "SELECT count(*) FROM member WHERE organization_id = ? AND role = ?"
                        + " AND disabled_us IS NULL",
                organization,
                Role.OWNER.code());
    }

    @Override
    public Invited invite(
            OrganizationId organization,
            Invitation invitation,
            SecretDigest code,
            int openMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    if (transaction.count(
                                    "SELECT count(*) FROM member"
                                            + " WHERE organization_id = ? AND email = ?",
                                    organization,
                                    invitation.email())
                            > 0) {
                        return new Invited.MemberAlready();
                    }
                    transaction.update(
                            "DELETE FROM member_invitation WHERE organization_id = ?"
                                    + " AND (email = ? OR expires_us <= ?)",
                            organization,
                            invitation.email(),
                            invitation.createdAt());
                    long open =
                            transaction.count(
                                    "SELECT count(*) FROM member_invitation"
                                            + " WHERE organization_id = ?",
                                    organization);
                    if (open >= openMax) {
                        return new Invited.TooMany(openMax);
                    }
                    transaction.update(
                            "INSERT INTO member_invitation (invitation_id, organization_id, email,"
                                    + " role, code_sha256, created_us, expires_us)"
                                    + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                            invitation.id(),
                            organization,
                            invitation.email(),
                            invitation.role().code(),
                            code,
                            invitation.createdAt(),
                            invitation.expiresAt());
                    audit.append(transaction, event);
                    return new Invited.Stored();
                });
    }

    @Override
    public List<Invitation> invitations(
            OrganizationId organization, Optional<InvitationId> after, Instant now, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member_invitation WHERE organization_id = ?"
                                        + " AND invitation_id > ? AND expires_us > ?"
                                        + " ORDER BY invitation_id LIMIT ?",
                                SqlMemberStore::invitation,
                                organization,
                                after.map(InvitationId::toString).orElse(""),
                                now,
                                countMax));
    }

    @Override
    public boolean withdraw(OrganizationId organization, InvitationId id, AuditEvent event) {
        return database.write(
                transaction -> {
                    int withdrawn =
                            transaction.update(
                                    "DELETE FROM member_invitation"
                                            + " WHERE organization_id = ? AND invitation_id = ?",
                                    organization,
                                    id);
                    if (withdrawn == 0) {
                        return false;
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }

    @Override
    @Unscoped("the code is what tells whose it is")
    public Optional<Invitation> invitation(SecretDigest code, Instant now) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT i.* FROM member_invitation i"
                                        + " JOIN organization o ON o.organization_id = i.organization_id"
                                        + " WHERE i.code_sha256 = ? AND i.expires_us > ?"
                                        + " AND o.enabled = 1",
                                SqlMemberStore::invitation,
                                code,
                                now));
    }

    @Override
    public boolean accept(
            OrganizationId organization,
            Invitation invitation,
            Member member,
            PasswordHash password,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int used =
                            transaction.update(
                                    "DELETE FROM member_invitation WHERE organization_id = ?"
                                            + " AND invitation_id = ? AND expires_us > ?",
                                    organization,
                                    invitation.id(),
                                    member.createdAt());
                    if (used == 0) {
                        return false;
                    }
                    transaction.update(
                            "INSERT INTO member (member_id, organization_id, email, name, role,"
                                    + " password_hash, created_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
                            member.id(),
                            organization,
                            member.email(),
                            member.name(),
                            member.role().code(),
                            password.text(),
                            member.createdAt());
                    audit.append(transaction, event);
                    return true;
                });
    }

    static Member member(Row row) throws SQLException {
        return new Member(
                new MemberId(row.uuid("member_id")),
                new OrganizationId(row.uuid("organization_id")),
                new Email(row.text("email")),
                row.text("name"),
                Role.parse(row.text("role")),
                row.instant("created_us"),
                row.optionalInstant("disabled_us"),
                row.number("version"));
    }

    private static Invitation invitation(Row row) throws SQLException {
        return new Invitation(
                new InvitationId(row.uuid("invitation_id")),
                new OrganizationId(row.uuid("organization_id")),
                new Email(row.text("email")),
                Role.parse(row.text("role")),
                row.instant("created_us"),
                row.instant("expires_us"));
    }
}
