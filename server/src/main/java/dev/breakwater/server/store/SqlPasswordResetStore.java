/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.member.PasswordResetStore;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** Password resets as one row a member. */
public final class SqlPasswordResetStore implements PasswordResetStore {

    private final Database database;
    private final SqlAuditLog audit;

    /** The resets within this database. */
    public SqlPasswordResetStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public Issued issue(
            OrganizationId organization,
            MemberId id,
            SecretDigest code,
            Instant at,
            Instant expiresAt,
            Predicate<Member> allowed,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Member> member = SqlMemberStore.member(transaction, organization, id);
                    if (member.isEmpty()) {
                        return new Issued.NoSuchMember();
                    }
                    if (!allowed.test(member.get())) {
                        return new Issued.Forbidden(member.get());
                    }
                    if (member.get().disabledAt().isPresent()) {
                        return new Issued.Disabled();
                    }
                    transaction.update(
                            "DELETE FROM password_reset WHERE organization_id = ?"
                                    + " AND (member_id = ? OR expires_us <= ?)",
                            organization,
                            id,
                            at);
                    transaction.update(
                            "INSERT INTO password_reset (member_id, organization_id, code_sha256,"
                                    + " created_us, expires_us) VALUES (?, ?, ?, ?, ?)",
                            id,
                            organization,
                            code,
                            at,
                            expiresAt);
                    audit.append(transaction, event);
                    return new Issued.Stored(member.get());
                });
    }

    @Override
    @Unscoped("the code is what tells whose it is")
    public Optional<Member> member(SecretDigest code, Instant now) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT m.* FROM password_reset r"
                                        + " JOIN member m ON m.member_id = r.member_id"
                                        + " JOIN organization o ON o.organization_id = m.organization_id"
                                        + " WHERE r.code_sha256 = ? AND r.expires_us > ?"
                                        + " AND m.disabled_us IS NULL AND o.enabled = 1",
                                SqlMemberStore::member,
                                code,
                                now));
    }

    @Override
    public boolean use(
            OrganizationId organization,
            MemberId id,
            SecretDigest code,
            PasswordHash password,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int used =
                            transaction.update(
                                    "DELETE FROM password_reset WHERE organization_id = ?"
                                            + " AND member_id = ? AND code_sha256 = ?"
                                            + " AND expires_us > ?",
                                    organization,
                                    id,
                                    code,
                                    at);
                    int changed =
                            used == 0
                                    ? 0
                                    : transaction.update(
                                            "UPDATE member SET password_hash = ?"
                                                    + " WHERE organization_id = ? AND member_id = ?"
                                                    + " AND disabled_us IS NULL",
                                            password.text(),
                                            organization,
                                            id);
                    if (changed == 0) {
                        return false;
                    }
                    transaction.update(
                            "UPDATE member_session SET ended_us = ? WHERE organization_id = ?"
                                    + " AND member_id = ? AND ended_us IS NULL",
                            at,
                            organization,
                            id);
                    SqlKnownSourceStore.forget(transaction, organization, id);
                    audit.append(transaction, event);
                    return true;
                });
    }
}
