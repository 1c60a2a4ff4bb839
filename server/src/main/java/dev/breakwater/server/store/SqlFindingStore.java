/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.firewall.Finding;
import dev.breakwater.server.firewall.FindingId;
import dev.breakwater.server.firewall.FindingKind;
import dev.breakwater.server.firewall.FindingNote;
import dev.breakwater.server.firewall.FindingState;
import dev.breakwater.server.firewall.FindingStore;
import dev.breakwater.server.firewall.OperationUse;
import dev.breakwater.server.firewall.Sighting;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Findings, and what is usual for whom, as tables. */
public final class SqlFindingStore implements FindingStore {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<TreeMap<String, String>> EVIDENCE = new TypeReference<>() {};

    /** Behind every id, which is lower-case hexadecimal. */
    private static final String AFTER_ALL = "g";

    /**
     * Remembered uses of one organization; the oldest go, and count as new when they come again.
     */
    private static final int USES_MAX = 100_000;

    private final Database database;
    private final SqlAuditLog audit;

    /** The findings within this database. */
    public SqlFindingStore(Database database, SqlAuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    /** Absent parts of the filter are bound as the empty text, which no state or kind is. */
    @Override
    public List<Finding> findings(
            OrganizationId organization, Filter filter, Optional<FindingId> before, int countMax) {
        String state = filter.state().map(FindingState::code).orElse("");
        String kind = filter.kind().map(FindingKind::code).orElse("");
        String subject = filter.device().map(Finding::subject).orElse("");
        return database.read(
                statements ->
                        statements.list(
                                "SELECT * FROM finding WHERE organization_id = ? AND finding_id < ?"
                                        + " AND (? = '' OR state = ?) AND (? = '' OR kind = ?)"
                                        + " AND (? = '' OR subject = ?)"
                                        + " ORDER BY finding_id DESC LIMIT ?",
                                SqlFindingStore::finding,
                                organization,
                                before.map(FindingId::toString).orElse(AFTER_ALL),
                                state,
                                state,
                                kind,
                                kind,
                                subject,
                                subject,
                                countMax));
    }

    @Override
    public Optional<Finding> finding(OrganizationId organization, FindingId id) {
        return database.read(statements -> finding(statements, organization, id));
    }

    private static Optional<Finding> finding(
            Statements statements, OrganizationId organization, FindingId id) throws SQLException {
        return statements.one(
                "SELECT * FROM finding WHERE organization_id = ? AND finding_id = ?",
                SqlFindingStore::finding,
                organization,
                id);
    }

    @Override
    public Decision decide(
            OrganizationId organization,
            FindingId id,
            FindingState state,
            Instant at,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<Finding> found = finding(transaction, organization, id);
                    if (found.isEmpty()) {
                        return new Decision.NoSuchFinding();
                    }
                    if (found.get().state() != FindingState.OPEN) {
                        return new Decision.DecidedBefore(found.get());
                    }
                    transaction.update(
                            "UPDATE finding SET state = ?, decided_by = ?, decided_us = ?"
                                    + " WHERE organization_id = ? AND finding_id = ?",
                            state.code(),
                            event.actor().toString(),
                            at,
                            organization,
                            id);
                    audit.append(transaction, event);
                    return new Decision.Decided(
                            finding(transaction, organization, id).orElseThrow());
                });
    }

    @Override
    @Unscoped("notes of many organizations share a write, and each names its own")
    public List<Finding> add(List<FindingNote> notes, int perOrganizationMax) {
        return database.write(
                transaction -> {
                    List<Finding> added = new ArrayList<>();
                    Set<OrganizationId> grown = new HashSet<>();
                    for (FindingNote note : notes) {
                        if (!again(transaction, note)) {
                            added.add(insert(transaction, note));
                            grown.add(note.key().organization());
                        }
                    }
                    for (OrganizationId organization : grown) {
                        trim(transaction, organization, perOrganizationMax);
                    }
                    return added;
                });
    }

    private static boolean again(Transaction transaction, FindingNote note) throws SQLException {
        return transaction.update(
                        "UPDATE finding SET count = count + ?, last_us = ?, evidence = ?"
                                + " WHERE organization_id = ? AND kind = ? AND subject = ?"
                                + " AND state = 'open'",
                        note.count(),
                        note.last(),
                        JSON.writeValueAsString(new TreeMap<>(note.evidence())),
                        note.key().organization(),
                        note.key().kind().code(),
                        note.key().subject())
                == 1;
    }

    private static Finding insert(Transaction transaction, FindingNote note) throws SQLException {
        FindingId id = FindingId.fresh();
        transaction.update(
                "INSERT INTO finding (finding_id, organization_id, kind, subject, evidence, state,"
                        + " first_us, last_us, count) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?)",
                id,
                note.key().organization(),
                note.key().kind().code(),
                note.key().subject(),
                JSON.writeValueAsString(new TreeMap<>(note.evidence())),
                note.first(),
                note.last(),
                note.count());
        return finding(transaction, note.key().organization(), id).orElseThrow();
    }

    private static void trim(Transaction transaction, OrganizationId organization, int max)
            throws SQLException {
        long tooMany =
                transaction.count(
                                "SELECT count(*) FROM finding WHERE organization_id = ?",
                                organization)
                        - max;
        if (tooMany > 0) {
            transaction.update(
                    "DELETE FROM finding WHERE finding_id IN (SELECT finding_id FROM finding"
                            + " WHERE organization_id = ?"
                            + " ORDER BY CASE state WHEN 'open' THEN 1 ELSE 0 END, finding_id"
                            + " LIMIT ?)",
                    organization,
                    tooMany);
        }
    }

    @Override
    @Unscoped("sightings of many organizations share a write, and each names its own")
    public List<Sighting> remember(List<Sighting> sightings, int perDeviceMax) {
        return database.write(
                transaction -> {
                    List<Sighting> odd = new ArrayList<>();
                    for (Sighting sighting : sightings) {
                        if (isNew(transaction, sighting, perDeviceMax)) {
                            odd.add(sighting);
                        }
                    }
                    return odd;
                });
    }

    private static boolean isNew(Transaction transaction, Sighting sighting, int max)
            throws SQLException {
        int known =
                transaction.update(
                        "UPDATE device_network SET last_us = ?"
                                + " WHERE organization_id = ? AND device_id = ? AND network = ?",
                        sighting.at(),
                        sighting.organization(),
                        sighting.device(),
                        sighting.place());
        if (known == 1) {
            return false;
        }
        long others =
                transaction.count(
                        "SELECT count(*) FROM device_network"
                                + " WHERE organization_id = ? AND device_id = ?",
                        sighting.organization(),
                        sighting.device());
        if (others >= max) {
            transaction.update(
                    "DELETE FROM device_network WHERE device_id = ? AND network IN"
                            + " (SELECT network FROM device_network"
                            + " WHERE organization_id = ? AND device_id = ?"
                            + " ORDER BY last_us LIMIT ?)",
                    sighting.device(),
                    sighting.organization(),
                    sighting.device(),
                    others - max + 1);
        }
        transaction.update(
                "INSERT INTO device_network (device_id, network, organization_id, first_us, last_us)"
                        + " VALUES (?, ?, ?, ?, ?)",
                sighting.device(),
                sighting.place(),
                sighting.organization(),
                sighting.at(),
                sighting.at());
        return others > 0;
    }

    @Override
    @Unscoped("uses of many organizations share a write, and each names its own")
    public List<OperationUse> rememberUses(List<OperationUse> uses, Instant establishedBefore) {
        return database.write(
                transaction -> {
                    List<OperationUse> odd = new ArrayList<>();
                    Set<OrganizationId> grown = new HashSet<>();
                    for (OperationUse use : uses) {
                        boolean established = isEstablished(transaction, use, establishedBefore);
                        if (insert(transaction, use)) {
                            grown.add(use.organization());
                            if (established) {
                                odd.add(use);
                            }
                        }
                    }
                    for (OrganizationId organization : grown) {
                        trimUses(transaction, organization);
                    }
                    return odd;
                });
    }

    private static boolean isEstablished(Transaction transaction, OperationUse use, Instant before)
            throws SQLException {
        return transaction.count(
                        "SELECT count(*) FROM caller_operation WHERE organization_id = ?"
                                + " AND caller = ? AND first_us < ?",
                        use.organization(),
                        use.caller(),
                        before)
                > 0;
    }

    private static boolean insert(Transaction transaction, OperationUse use) throws SQLException {
        return transaction.update(
                        "INSERT INTO caller_operation (organization_id, caller, operation, first_us)"
                                + " VALUES (?, ?, ?, ?)"
                                + " ON CONFLICT (organization_id, caller, operation) DO NOTHING",
                        use.organization(),
                        use.caller(),
                        use.operation(),
                        use.at())
                == 1;
    }

    private static void trimUses(Transaction transaction, OrganizationId organization)
            throws SQLException {
        long tooMany =
                transaction.count(
                                "SELECT count(*) FROM caller_operation WHERE organization_id = ?",
                                organization)
                        - USES_MAX;
        if (tooMany > 0) {
            transaction.update(
                    "DELETE FROM caller_operation WHERE organization_id = ? AND first_us <="
                            + " (SELECT first_us FROM caller_operation WHERE organization_id = ?"
                            + " ORDER BY first_us LIMIT 1 OFFSET ?)",
                    organization,
                    organization,
                    tooMany - 1);
        }
    }

    private static Finding finding(Row row) throws SQLException {
        return new Finding(
                new FindingId(row.uuid("finding_id")),
                new OrganizationId(row.uuid("organization_id")),
                FindingKind.parse(row.text("kind")),
                row.text("subject"),
                JSON.readValue(row.text("evidence"), EVIDENCE),
                FindingState.parse(row.text("state")),
                row.instant("first_us"),
                row.instant("last_us"),
                row.number("count"),
                row.optionalText("decided_by"),
                row.optionalInstant("decided_us"));
    }
}
