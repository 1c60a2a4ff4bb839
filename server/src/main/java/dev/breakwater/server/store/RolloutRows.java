/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.rollout.Approvals;
import dev.breakwater.server.rollout.Decision;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutJson;
import dev.breakwater.server.rollout.RolloutPlan;
import dev.breakwater.server.rollout.RolloutState;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.rollout.Tally;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rollouts as rows, and what follows for one from how its devices stand. */
final class RolloutRows {

    private static final int WAVES_MAX = 32;
    private static final int PLANS_KEPT = 64;

    /** All but the target, which may list thousands of devices and which no step needs. */
    private static final String COLUMNS =
            "SELECT rollout_id, organization_id, product_id, release_id, release_version,"
                    + " release_counter, release_security, release_sha256, plan, proposed_by,"
                    + " proposer_id, proposed_us, approvals_needed, state, wave, soaks_until_us,"
                    + " paused_for, revision FROM rollout";

    private final SqlAuditLog audit;

    /** A plan never changes, and is read with every step of every device. */
    private final Map<String, RolloutPlan> plans = new LinkedHashMap<>();

    RolloutRows(SqlAuditLog audit) {
        this.audit = audit;
    }

    void insert(Transaction transaction, RolloutEntry entry, RolloutTarget target)
            throws SQLException {
        Rollout rollout = entry.rollout();
        transaction.update(
                "INSERT INTO rollout (rollout_id, organization_id, product_id, release_id,"
                        + " release_version, release_counter, release_security, release_sha256,"
                        + " plan, target, proposed_by, proposer_id, proposed_us, approvals_needed,"
                        + " state, wave, soaks_until_us, paused_for, due_us, revision)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL,"
                        + " NULL, 1)",
                rollout.id(),
                rollout.organization(),
                rollout.product(),
                entry.release().id(),
                entry.release().version(),
                entry.release().counter(),
                entry.release().security(),
                rollout.release(),
                RolloutJson.of(rollout.plan()).toString(),
                RolloutJson.of(target).toString(),
                entry.proposedBy(),
                rollout.approvals().proposer(),
                entry.proposedAt(),
                rollout.approvals().needed(),
                rollout.state().name());
    }

    Optional<RolloutEntry> find(Statements statements, OrganizationId organization, RolloutId id)
            throws SQLException {
        Optional<RolloutEntry> found =
                statements.one(
                        COLUMNS + " WHERE organization_id = ? AND rollout_id = ?",
                        this::entry,
                        organization,
                        id);
        return found.isPresent()
                ? Optional.of(withApprovals(statements, found.get()))
                : Optional.empty();
    }

    List<RolloutEntry> list(
            Statements statements,
            OrganizationId organization,
            Optional<ProductId> product,
            Optional<RolloutId> before,
            int countMax)
            throws SQLException {
        String of = product.map(ProductId::toString).orElse("");
        List<RolloutEntry> entries = new ArrayList<>();
        for (RolloutEntry entry :
                statements.list(
                        COLUMNS
                                + " WHERE organization_id = ? AND rollout_id < ?"
                                + " AND (? = '' OR product_id = ?)"
                                + " ORDER BY rollout_id DESC LIMIT ?",
                        this::entry,
                        organization,
                        // Behind every id, which are made of digits and letters up to f.
                        before.map(RolloutId::toString).orElse("g"),
                        of,
                        of,
                        countMax)) {
            entries.add(withApprovals(statements, entry));
        }
        return entries;
    }

    Optional<RolloutTarget> target(Statements statements, OrganizationId organization, RolloutId id)
            throws SQLException {
        return statements.one(
                "SELECT target FROM rollout WHERE organization_id = ? AND rollout_id = ?",
                row -> RolloutJson.target(RolloutJson.read(row.text("target"))),
                organization,
                id);
    }

    List<RolloutEntry> due(Statements statements, Instant now, int countMax) throws SQLException {
        return statements.list(
                COLUMNS + " WHERE due_us <= ? ORDER BY due_us LIMIT ?", this::entry, now, countMax);
    }

    /** Those that wait for a time after this one. */
    List<RolloutEntry> dueAfter(
            Statements statements, Instant time, Optional<RolloutId> after, int countMax)
            throws SQLException {
        return statements.list(
                COLUMNS + " WHERE due_us > ? AND rollout_id > ? ORDER BY rollout_id LIMIT ?",
                this::entry,
                time,
                after.map(RolloutId::toString).orElse(""),
                countMax);
    }

    private RolloutEntry withApprovals(Statements statements, RolloutEntry entry)
            throws SQLException {
        Approvals approvals = entry.rollout().approvals();
        if (approvals.needed() == 0) {
            return entry;
        }
        Set<MemberId> given =
                new HashSet<>(
                        statements.list(
                                "SELECT member_id FROM rollout_approval WHERE rollout_id = ?",
                                row -> new MemberId(row.uuid("member_id")),
                                entry.id()));
        Rollout rollout = entry.rollout();
        return entry.at(
                new Rollout(
                        rollout.id(),
                        rollout.organization(),
                        rollout.product(),
                        rollout.release(),
                        rollout.plan(),
                        new Approvals(approvals.proposer(), approvals.needed(), given),
                        rollout.state(),
                        rollout.wave(),
                        rollout.soaksUntil(),
                        rollout.pausedFor()));
    }

    /** Stores where a rollout stands, if nobody else has changed it since it was read. */
    RolloutEntry save(Transaction transaction, RolloutEntry before, Rollout after, Instant now)
            throws SQLException {
        int changed =
                transaction.update(
                        "UPDATE rollout SET state = ?, wave = ?, soaks_until_us = ?, paused_for = ?,"
                                + " due_us = ?, revision = revision + 1"
                                + " WHERE rollout_id = ? AND state = ? AND revision = ?",
                        after.state().name(),
                        after.wave(),
                        after.soaksUntil().orElse(null),
                        after.pausedFor().orElse(null),
                        due(after, now).orElse(null),
                        after.id(),
                        before.rollout().state().name(),
                        before.revision());
        if (changed != 1) {
            throw new SQLException("rollout " + after.id() + " was changed by another writer");
        }
        for (MemberId member : after.approvals().given()) {
            if (!before.rollout().approvals().given().contains(member)) {
                transaction.update(
                        "INSERT INTO rollout_approval (rollout_id, member_id, approved_us)"
                                + " VALUES (?, ?, ?)",
                        after.id(),
                        member,
                        now);
            }
        }
        return new RolloutEntry(
                after,
                before.release(),
                before.proposedBy(),
                before.proposedAt(),
                before.revision() + 1);
    }

    private static Optional<Instant> due(Rollout rollout, Instant now) {
        return rollout.state() == RolloutState.RUNNING
                ? rollout.soaksUntil().filter(now::isBefore)
                : Optional.empty();
    }

    /** It has been looked at by the clock. */
    void wasDue(Transaction transaction, RolloutId id, Instant now) throws SQLException {
        transaction.update(
                "UPDATE rollout SET due_us = NULL WHERE rollout_id = ? AND due_us <= ?", id, now);
    }

    /** Lets the rollout do what follows from how its devices stand, until nothing follows. */
    RolloutEntry settle(Transaction transaction, RolloutEntry entry, Instant now)
            throws SQLException {
        RolloutEntry standing = entry;
        while (standing.rollout().state().offers()) {
            Decision decision = decision(transaction, standing, now);
            Optional<Rollout> after = standing.rollout().after(decision);
            if (after.isEmpty()) {
                break;
            }
            standing = save(transaction, standing, after.get(), now);
            tell(transaction, standing, decision);
        }
        return standing;
    }

    Decision decision(Statements statements, RolloutEntry entry, Instant now) throws SQLException {
        Rollout rollout = entry.rollout();
        List<Tally> waves = tallies(statements, rollout.id());
        Tally soFar = Tally.NONE;
        for (int wave = 0; wave <= rollout.wave() && wave < waves.size(); wave++) {
            soFar = soFar.plus(waves.get(wave));
        }
        Tally current = rollout.wave() < waves.size() ? waves.get(rollout.wave()) : Tally.NONE;
        return rollout.plan()
                .next(
                        new RolloutPlan.Standing(
                                rollout.wave(), rollout.soaksUntil(), current, soFar),
                        now);
    }

    private void tell(Transaction transaction, RolloutEntry entry, Decision decision)
            throws SQLException {
        switch (decision) {
            case Decision.Pause(String why) ->
                    event(transaction, entry, AuditAction.ROLLOUT_PAUSED, Map.of("reason", why));
            case Decision.NextWave(int wave) ->
                    event(
                            transaction,
                            entry,
                            AuditAction.ROLLOUT_WAVE_BEGUN,
                            Map.of("wave", Integer.toString(wave + 1)));
            case Decision.Complete() ->
                    event(transaction, entry, AuditAction.ROLLOUT_COMPLETED, Map.of());
            case Decision.Offer _, Decision.Soak _, Decision.Wait _ -> {
                // Of no interest to whoever reads the log.
            }
        }
    }

    private void event(
            Transaction transaction,
            RolloutEntry entry,
            AuditAction action,
            Map<String, String> details)
            throws SQLException {
        audit.append(
                transaction,
                AuditEvent.of(
                        entry.organization(),
                        new Actor.Server(),
                        action,
                        "rollout:" + entry.id(),
                        details));
    }

    /** By wave; waves without a device have their row too. */
    List<Tally> tallies(Statements statements, RolloutId id) throws SQLException {
        return statements.list(
                "SELECT * FROM rollout_tally WHERE rollout_id = ? ORDER BY wave LIMIT " + WAVES_MAX,
                row ->
                        new Tally(
                                row.integer("devices"),
                                row.integer("waiting"),
                                row.integer("in_flight"),
                                row.integer("declined"),
                                row.integer("out_of_it"),
                                row.integer("confirmed"),
                                row.integer("failed"),
                                row.integer("silent")),
                id);
    }

    void insertTally(Transaction transaction, RolloutId id, int wave, Tally tally)
            throws SQLException {
        transaction.update(
                "INSERT INTO rollout_tally (rollout_id, wave, devices, waiting, in_flight,"
                        + " declined, out_of_it, confirmed, failed, silent)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                wave,
                tally.devices(),
                tally.waiting(),
                tally.inFlight(),
                tally.declined(),
                tally.out(),
                tally.confirmed(),
                tally.failed(),
                tally.silent());
    }

    /** Adds what has changed about one device of a wave. */
    void addTally(Transaction transaction, RolloutId id, int wave, Tally change)
            throws SQLException {
        transaction.update(
                "UPDATE rollout_tally SET devices = devices + ?, waiting = waiting + ?,"
                        + " in_flight = in_flight + ?, declined = declined + ?,"
                        + " out_of_it = out_of_it + ?, confirmed = confirmed + ?,"
                        + " failed = failed + ?, silent = silent + ?"
                        + " WHERE rollout_id = ? AND wave = ?",
                change.devices(),
                change.waiting(),
                change.inFlight(),
                change.declined(),
                change.out(),
                change.confirmed(),
                change.failed(),
                change.silent(),
                id,
                wave);
    }

    private RolloutEntry entry(Row row) throws SQLException {
        OrganizationId organization = new OrganizationId(row.uuid("organization_id"));
        Rollout rollout =
                new Rollout(
                        new RolloutId(row.uuid("rollout_id")),
                        organization,
                        new ProductId(row.uuid("product_id")),
                        new ReleaseHash(row.text("release_sha256")),
                        plan(row.text("plan")),
                        Approvals.proposedBy(
                                new MemberId(row.uuid("proposer_id")),
                                row.integer("approvals_needed")),
                        RolloutState.valueOf(row.text("state")),
                        row.integer("wave"),
                        row.optionalInstant("soaks_until_us"),
                        row.optionalText("paused_for"));
        return new RolloutEntry(
                rollout,
                new RolloutEntry.Installed(
                        new ReleaseId(row.uuid("release_id")),
                        row.text("release_version"),
                        row.number("release_counter"),
                        row.flag("release_security")),
                row.text("proposed_by"),
                row.instant("proposed_us"),
                row.number("revision"));
    }

    private RolloutPlan plan(String text) {
        synchronized (plans) {
            if (plans.size() >= PLANS_KEPT && !plans.containsKey(text)) {
                plans.clear();
            }
            return plans.computeIfAbsent(text, json -> RolloutJson.plan(RolloutJson.read(json)));
        }
    }
}
