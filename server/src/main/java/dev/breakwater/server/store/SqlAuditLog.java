/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The audit log as a table that is only ever inserted into. */
public final class SqlAuditLog implements AuditLog {

    private static final Logger LOG = LoggerFactory.getLogger(SqlAuditLog.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<TreeMap<String, String>> DETAILS = new TypeReference<>() {};
    private static final int VERIFY_PAGE = 1_000;

    private final Database database;
    private final Clock clock;

    /** The log within this database, stamped by this clock. */
    public SqlAuditLog(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Chains an event in the transaction of the change it tells of: either both are stored or
     * neither.
     */
    void append(Transaction transaction, AuditEvent event) throws SQLException {
        AuditEntry head =
                transaction
                        .one(
                                "SELECT * FROM audit_entry ORDER BY sequence DESC LIMIT 1",
                                SqlAuditLog::entry)
                        .orElse(null);
        AuditEntry entry =
                head == null
                        ? AuditChain.next(0, AuditChain.BEFORE_FIRST, clock.instant(), event)
                        : AuditChain.next(head.sequence(), head.hash(), clock.instant(), event);
        transaction.update(
                "INSERT INTO audit_entry (sequence, at_us, organization_id, actor, action, subject, details, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                entry.sequence(),
                entry.atMicros(),
                entry.organization(),
                entry.actor(),
                entry.action(),
                entry.subject(),
                JSON.writeValueAsString(entry.details()),
                entry.hash());
    }

    @Override
    @Unscoped("an event names its organization itself, and a refusal of somebody unknown has none")
    public void append(AuditEvent event) {
        database.submit(
                transaction -> {
                    append(transaction, event);
                    return event;
                },
                new Completion<AuditEvent>() {
                    @Override
                    public void durable(AuditEvent stored) {
                        LOG.trace("audited {}", stored.action());
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        LOG.error("not audited, the store is unavailable: {}", event, cause);
                    }
                });
    }

    @Override
    public List<AuditEntry> entries(
            OrganizationId organization, long beforeSequence, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM audit_entry WHERE organization_id = ? AND sequence < ?"
                                        + " ORDER BY sequence DESC LIMIT ?",
                                SqlAuditLog::entry,
                                organization,
                                beforeSequence,
                                countMax));
    }

    /** Entries of everybody and nobody, newest first, for whoever runs the server. */
    @Unscoped("a refusal of somebody unknown belongs to no organization, and somebody must see it")
    public List<AuditEntry> allEntries(long beforeSequence, int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM audit_entry WHERE sequence < ?"
                                        + " ORDER BY sequence DESC LIMIT ?",
                                SqlAuditLog::entry,
                                beforeSequence,
                                countMax));
    }

    /** Checks the whole chain as it lies on disk. */
    @Unscoped("the chain runs through all organizations")
    public AuditChain.Verdict verify() {
        return AuditChain.verify(all());
    }

    private Iterator<AuditEntry> all() {
        return chain(after -> database.read(statements -> page(statements, after)));
    }

    /** Reads the chain page by page, from its first entry. */
    static Iterator<AuditEntry> chain(LongFunction<List<AuditEntry>> pageAfter) {
        return Stream.iterate(
                        pageAfter.apply(0),
                        page -> !page.isEmpty(),
                        page -> pageAfter.apply(page.getLast().sequence()))
                .flatMap(List::stream)
                .iterator();
    }

    /** The entries that follow one, at most a page of them. */
    static List<AuditEntry> page(Statements statements, long afterSequence) throws SQLException {
        return statements.list(
                "SELECT * FROM audit_entry WHERE sequence > ? ORDER BY sequence LIMIT ?",
                SqlAuditLog::entry,
                afterSequence,
                VERIFY_PAGE);
    }

    private static AuditEntry entry(Row row) throws SQLException {
        SortedMap<String, String> details = details(row.text("details"));
        return new AuditEntry(
                row.number("sequence"),
                row.number("at_us"),
                row.text("organization_id"),
                row.text("actor"),
                row.text("action"),
                row.text("subject"),
                details,
                row.text("hash"));
    }

    /**
     * Text that is no JSON object was altered: it is kept as one detail, so that its hash cannot
     * match.
     */
    private static SortedMap<String, String> details(String json) {
        try {
            return JSON.readValue(json, DETAILS);
        } catch (JacksonException altered) {
            return new TreeMap<>(Map.of("altered", json));
        }
    }
}
