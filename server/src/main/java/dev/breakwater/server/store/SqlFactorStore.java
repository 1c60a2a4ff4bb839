/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.member.Factor;
import dev.breakwater.server.member.FactorId;
import dev.breakwater.server.member.FactorStore;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.Passkey;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Second factors and recovery codes as tables. */
public final class SqlFactorStore implements FactorStore {

    private static final String OF_MEMBER = " WHERE organization_id = ? AND member_id = ?";
    private static final String ONE = OF_MEMBER + " AND factor_id = ?";
    private static final int ROWS_MAX = 1_000;

    private final Database database;
    private final SqlAuditLog audit;

    /** The factors within this database. */
    public SqlFactorStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    @Override
    public List<Factor> factors(OrganizationId organization, MemberId member) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member_factor"
                                        + OF_MEMBER
                                        + " ORDER BY factor_id LIMIT ?",
                                SqlFactorStore::factor,
                                organization,
                                member,
                                ROWS_MAX));
    }

    @Override
    public Optional<Known> factor(OrganizationId organization, MemberId member, FactorId id) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM member_factor"
                                        + ONE
                                        + " AND sealed_secret IS NOT NULL",
                                SqlFactorStore::known,
                                organization,
                                member,
                                id));
    }

    @Override
    public List<Known> confirmedTotp(OrganizationId organization, MemberId member) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM member_factor"
                                        + OF_MEMBER
                                        + " AND kind = ? AND confirmed_us IS NOT NULL"
                                        + " ORDER BY factor_id LIMIT ?",
                                SqlFactorStore::known,
                                organization,
                                member,
                                Factor.Kind.TOTP.code(),
                                ROWS_MAX));
    }

    @Override
    @Unscoped("the credential is what tells whose it is")
    public Optional<KnownPasskey> passkey(String credentialId) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM member_factor WHERE credential_id = ?",
                                row ->
                                        new KnownPasskey(
                                                factor(row),
                                                new OrganizationId(row.uuid("organization_id")),
                                                new Passkey(
                                                        row.text("credential_id"),
                                                        row.bytes("attested_credential"),
                                                        row.number("sign_count"))),
                                credentialId));
    }

    @Override
    public List<String> credentialIds(OrganizationId organization, MemberId member) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT credential_id FROM member_factor"
                                        + OF_MEMBER
                                        + " AND credential_id IS NOT NULL"
                                        + " ORDER BY factor_id LIMIT ?",
                                row -> row.text("credential_id"),
                                organization,
                                member,
                                ROWS_MAX));
    }

    @Override
    public boolean begin(
            OrganizationId organization, Factor factor, byte[] sealedSecret, int factorsMax) {
        return database.write(
                transaction -> {
                    if (isFull(transaction, organization, factor, factorsMax)) {
                        return false;
                    }
                    insert(transaction, organization, factor, sealedSecret, null);
                    return true;
                });
    }

    /** What was begun and never confirmed makes room for what is begun now. */
    private static boolean isFull(
            Transaction transaction, OrganizationId organization, Factor next, int factorsMax)
            throws SQLException {
        transaction.update(
                "DELETE FROM member_factor" + OF_MEMBER + " AND confirmed_us IS NULL",
                organization,
                next.member());
        return transaction.count(
                        "SELECT count(*) FROM member_factor" + OF_MEMBER,
                        organization,
                        next.member())
                >= factorsMax;
    }

    private static void insert(
            Transaction transaction,
            OrganizationId organization,
            Factor factor,
            byte @Nullable [] sealedSecret,
            @Nullable Passkey passkey)
            throws SQLException {
        transaction.update(
                "INSERT INTO member_factor (factor_id, organization_id, member_id, kind, name,"
                        + " created_us, confirmed_us, sealed_secret, credential_id, attested_credential,"
                        + " sign_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                factor.id(),
                organization,
                factor.member(),
                factor.kind().code(),
                factor.name(),
                factor.createdAt(),
                factor.confirmedAt().orElse(null),
                sealedSecret,
                passkey == null ? null : passkey.credentialId(),
                passkey == null ? null : passkey.attestedCredential(),
                passkey == null ? 0L : passkey.signCount());
    }

    @Override
    public Optional<Confirmed> confirm(
            OrganizationId organization,
            MemberId member,
            FactorId id,
            long step,
            List<SecretDigest> codes,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    int confirmed =
                            transaction.update(
                                    "UPDATE member_factor SET confirmed_us = ?, last_used_us = ?,"
                                            + " last_step = ?"
                                            + ONE
                                            + " AND confirmed_us IS NULL",
                                    at,
                                    at,
                                    step,
                                    organization,
                                    member,
                                    id);
                    if (confirmed == 0) {
                        return Optional.empty();
                    }
                    return Optional.of(counts(transaction, organization, member, id, codes, event));
                });
    }

    @Override
    public Optional<Confirmed> addPasskey(
            OrganizationId organization,
            Factor factor,
            Passkey passkey,
            List<SecretDigest> codes,
            int factorsMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    long same =
                            transaction.count(
                                    "SELECT count(*) FROM member_factor WHERE credential_id = ?",
                                    passkey.credentialId());
                    if (same > 0 || isFull(transaction, organization, factor, factorsMax)) {
                        return Optional.empty();
                    }
                    insert(transaction, organization, factor, null, passkey);
                    return Optional.of(
                            counts(
                                    transaction,
                                    organization,
                                    factor.member(),
                                    factor.id(),
                                    codes,
                                    event));
                });
    }

    private Confirmed counts(
            Transaction transaction,
            OrganizationId organization,
            MemberId member,
            FactorId id,
            List<SecretDigest> codes,
            AuditEvent event)
            throws SQLException {
        boolean codesTaken = RecoveryCodeRows.count(transaction, organization, member) == 0;
        if (codesTaken) {
            RecoveryCodeRows.insert(transaction, organization, member, codes);
        }
        audit.append(transaction, event);
        Factor factor =
                transaction
                        .one(
                                "SELECT * FROM member_factor" + ONE,
                                SqlFactorStore::factor,
                                organization,
                                member,
                                id)
                        .orElseThrow();
        return new Confirmed(factor, codesTaken);
    }

    @Override
    public boolean useStep(
            OrganizationId organization, MemberId member, FactorId id, long step, Instant at) {
        return database.write(
                transaction ->
                        transaction.update(
                                        "UPDATE member_factor SET last_step = ?, last_used_us = ?"
                                                + ONE
                                                + " AND last_step < ?",
                                        step,
                                        at,
                                        organization,
                                        member,
                                        id,
                                        step)
                                == 1);
    }

    @Override
    public boolean usePasskey(
            OrganizationId organization, MemberId member, FactorId id, long signCount, Instant at) {
        return database.write(
                transaction ->
                        transaction.update(
                                        "UPDATE member_factor SET sign_count = ?, last_used_us = ?"
                                                + ONE
                                                + " AND (sign_count < ? OR (sign_count = 0 AND ? = 0))",
                                        signCount,
                                        at,
                                        organization,
                                        member,
                                        id,
                                        signCount,
                                        signCount)
                                == 1);
    }

    @Override
    public boolean useRecoveryCode(
            OrganizationId organization, MemberId member, SecretDigest code) {
        return database.write(
                transaction ->
                        transaction.update(
                                        "DELETE FROM recovery_code"
                                                + OF_MEMBER
                                                + " AND code_sha256 = ?",
                                        organization,
                                        member,
                                        code)
                                == 1);
    }

    @Override
    public int recoveryCodesLeft(OrganizationId organization, MemberId member) {
        return database.read(
                statements -> (int) RecoveryCodeRows.count(statements, organization, member));
    }

    @Override
    public void replaceRecoveryCodes(
            OrganizationId organization,
            MemberId member,
            List<SecretDigest> codes,
            AuditEvent event) {
        database.write(
                transaction -> {
                    RecoveryCodeRows.forget(transaction, organization, member);
                    RecoveryCodeRows.insert(transaction, organization, member, codes);
                    audit.append(transaction, event);
                    return codes.size();
                });
    }

    @Override
    public boolean remove(
            OrganizationId organization, MemberId member, FactorId id, AuditEvent event) {
        return database.write(
                transaction -> {
                    int removed =
                            transaction.update(
                                    "DELETE FROM member_factor" + ONE, organization, member, id);
                    if (removed == 0) {
                        return false;
                    }
                    long left =
                            transaction.count(
                                    "SELECT count(*) FROM member_factor"
                                            + OF_MEMBER
                                            + " AND confirmed_us IS NOT NULL",
                                    organization,
                                    member);
                    if (left == 0) {
                        RecoveryCodeRows.forget(transaction, organization, member);
                    }
                    audit.append(transaction, event);
                    return true;
                });
    }

    @Override
    public Removal removeAll(
            OrganizationId organization,
            MemberId member,
            Predicate<Member> allowed,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Member> before =
                            SqlMemberStore.member(transaction, organization, member);
                    if (before.isEmpty()) {
                        return new Removal.NoSuchMember();
                    }
                    if (!allowed.test(before.get())) {
                        return new Removal.Forbidden(before.get());
                    }
                    transaction.update(
                            "DELETE FROM member_factor" + OF_MEMBER, organization, member);
                    RecoveryCodeRows.forget(transaction, organization, member);
                    audit.append(transaction, event);
                    return new Removal.Done();
                });
    }

    private static Known known(Row row) throws SQLException {
        return new Known(factor(row), row.bytes("sealed_secret"), row.number("last_step"));
    }

    private static Factor factor(Row row) throws SQLException {
        return new Factor(
                new FactorId(row.uuid("factor_id")),
                new MemberId(row.uuid("member_id")),
                Factor.Kind.parse(row.text("kind")),
                row.text("name"),
                row.instant("created_us"),
                row.optionalInstant("confirmed_us"),
                row.optionalInstant("last_used_us"));
    }
}
