/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.account.AccountStore;
import dev.breakwater.server.account.ApiToken;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.account.TokenId;
import dev.breakwater.server.account.TokenRecord;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Organizations, tokens and the setup code as tables. */
public final class SqlAccountStore implements AccountStore {

    private static final Logger LOG = LoggerFactory.getLogger(SqlAccountStore.class);

    private final Database database;
    private final SqlAuditLog audit;
    private final RememberedRows<TokenId, TokenRecord> tokens;

    /** The accounts within this database. */
    public SqlAccountStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
        this.tokens =
                database.remember(
                        record -> List.of(record.token().id(), record.token().organization()));
    }

    @Override
    @Unscoped("the token is what tells whose it is")
    public Optional<TokenRecord> token(TokenId id, SecretDigest shown) {
        return tokens.row(
                id,
                record -> record.digest().matches(shown),
                () -> database.read(statements -> record(statements, id)));
    }

    private static Optional<TokenRecord> record(Statements statements, TokenId id)
            throws SQLException {
        return statements.one(
                "SELECT t.*, o.enabled FROM api_token t"
                        + " JOIN organization o ON o.organization_id = t.organization_id"
                        + " WHERE t.token_id = ?",
                row ->
                        new TokenRecord(
                                token(row),
                                new SecretDigest(row.text("secret_sha256")),
                                row.flag("enabled")),
                id);
    }

    @Override
    public Optional<ApiToken> token(OrganizationId organization, TokenId id) {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT * FROM api_token WHERE organization_id = ? AND token_id = ?",
                                SqlAccountStore::token,
                                organization,
                                id));
    }

    @Override
    public List<ApiToken> tokens(
            OrganizationId organization, Optional<TokenId> after, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM api_token WHERE organization_id = ? AND token_id > ?"
                                        + " ORDER BY token_id LIMIT ?",
                                SqlAccountStore::token,
                                organization,
                                after.map(TokenId::toString).orElse(""),
                                countMax));
    }

    @Override
    public boolean addToken(
            OrganizationId organization,
            ApiToken token,
            SecretDigest digest,
            int liveMax,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    long live =
                            transaction.count(
                                    "SELECT count(*) FROM api_token WHERE organization_id = ?"
                                            + " AND revoked_us IS NULL AND expires_us > ?",
                                    organization,
                                    token.createdAt());
                    if (live >= liveMax) {
                        return false;
                    }
                    insert(transaction, organization, token, digest);
                    audit.append(transaction, event);
                    return true;
                });
    }

    @Override
    public boolean revokeToken(
            OrganizationId organization, TokenId id, Instant at, AuditEvent event) {
        return database.write(
                transaction -> {
                    int revoked =
                            transaction.update(
                                    "UPDATE api_token SET revoked_us = ? WHERE organization_id = ?"
                                            + " AND token_id = ? AND revoked_us IS NULL",
                                    at,
                                    organization,
                                    id);
                    if (revoked > 0) {
                        audit.append(transaction, event);
                        return true;
                    }
                    return transaction.count(
                                    "SELECT count(*) FROM api_token WHERE organization_id = ? AND token_id = ?",
                                    organization,
                                    id)
                            > 0;
                });
    }

    @Override
    public void noteUsed(OrganizationId organization, TokenId id, Instant at) {
        database.submit(
                transaction ->
                        transaction.update(
                                "UPDATE api_token SET last_used_us = ? WHERE organization_id = ? AND token_id = ?",
                                at,
                                organization,
                                id),
                new Completion<Integer>() {
                    @Override
                    public void durable(Integer rows) {
                        LOG.trace("token {} was used", id);
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        LOG.debug("the use of token {} was not noted", id, cause);
                    }
                });
    }

    @Override
    @Unscoped("the organization comes into being here")
    public void addOrganization(FirstToken first) {
        database.write(
                transaction -> {
                    insert(transaction, first);
                    return first;
                });
    }

    @Override
    @Unscoped("decides whether the server has been set up")
    public boolean anyOrganization() {
        return database.read(SqlAccountStore::anyOrganization);
    }

    @Override
    @Unscoped("there is no organization before the setup")
    public Optional<Instant> setupCodeExpiry() {
        return database.read(
                statements ->
                        statements.one(
                                "SELECT expires_us FROM setup_code",
                                row -> row.instant("expires_us")));
    }

    @Override
    @Unscoped("there is no organization before the setup")
    public void replaceSetupCode(SecretDigest digest, Instant createdAt, Instant expiresAt) {
        database.write(
                transaction -> {
                    transaction.update("DELETE FROM setup_code");
                    return transaction.update(
                            "INSERT INTO setup_code (code_sha256, created_us, expires_us) VALUES (?, ?, ?)",
                            digest,
                            createdAt,
                            expiresAt);
                });
    }

    @Override
    @Unscoped("the organization comes into being here")
    public boolean completeSetup(SecretDigest code, Instant now, FirstToken first) {
        return database.write(
                transaction -> {
                    boolean good =
                            !anyOrganization(transaction)
                                    && transaction.update(
                                                    "DELETE FROM setup_code WHERE code_sha256 = ? AND expires_us > ?",
                                                    code,
                                                    now)
                                            == 1;
                    if (good) {
                        insert(transaction, first);
                    }
                    return good;
                });
    }

    private static boolean anyOrganization(Statements statements) throws SQLException {
        return statements
                .one("SELECT organization_id FROM organization LIMIT 1", row -> true)
                .orElse(false);
    }

    private void insert(Transaction transaction, FirstToken first) throws SQLException {
        Organization organization = first.organization();
        SqlOrganizationStore.insert(transaction, organization);
        insert(transaction, organization.id(), first.token(), first.digest());
        for (AuditEvent event : first.events()) {
            audit.append(transaction, event);
        }
    }

    private static void insert(
            Transaction transaction,
            OrganizationId organization,
            ApiToken token,
            SecretDigest digest)
            throws SQLException {
        transaction.update(
                "INSERT INTO api_token (token_id, organization_id, name, role, secret_sha256, created_us, expires_us)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                token.id(),
                organization,
                token.name(),
                token.role().code(),
                digest,
                token.createdAt(),
                token.expiresAt());
    }

    private static ApiToken token(Row row) throws SQLException {
        return new ApiToken(
                new TokenId(row.uuid("token_id")),
                new OrganizationId(row.uuid("organization_id")),
                row.text("name"),
                Role.parse(row.text("role")),
                row.instant("created_us"),
                row.instant("expires_us"),
                row.optionalInstant("last_used_us"),
                row.optionalInstant("revoked_us"));
    }
}
