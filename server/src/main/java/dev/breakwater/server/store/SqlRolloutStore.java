/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.rollout.Candidate;
import dev.breakwater.server.rollout.ClockCorrection;
import dev.breakwater.server.rollout.Decision;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.DeviceStanding;
import dev.breakwater.server.rollout.DeviceUpdate;
import dev.breakwater.server.rollout.OfferRound;
import dev.breakwater.server.rollout.PassedTime;
import dev.breakwater.server.rollout.PlaceChange;
import dev.breakwater.server.rollout.PlaceStep;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutChange;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutState;
import dev.breakwater.server.rollout.RolloutStep;
import dev.breakwater.server.rollout.RolloutStore;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.rollout.RunningFirmware;
import dev.breakwater.server.rollout.RunningStep;
import dev.breakwater.server.rollout.Tally;
import dev.breakwater.server.rollout.UpdateState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rollouts and places as rows. A step reads both, asks what comes next, and writes that; there is
 * one writer, and what it writes is compared with what it read all the same.
 */
public final class SqlRolloutStore implements RolloutStore, RevocationConsequence {

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;
    private final RolloutRows rollouts;
    private final PlaceRows places;
    private final PlaceSteps steps;
    private final FirmwareRows firmware = new FirmwareRows();
    private final DeadlineRows deadlines;

    /** The rollouts within this database. */
    public SqlRolloutStore(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.rollouts = new RolloutRows(audit);
        this.places = new PlaceRows(rollouts);
        this.steps = new PlaceSteps(rollouts, places);
        this.deadlines = new DeadlineRows(database, rollouts, places);
    }

    @Override
    public RolloutEntry propose(
            RolloutEntry rollout,
            RolloutTarget target,
            List<DeviceUpdate> drawn,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    rollouts.insert(transaction, rollout, target);
                    int _ =
                            places.insert(
                                    transaction, rollout.rollout(), drawn, rollout.proposedAt());
                    audit.append(transaction, event);
                    return rollouts.settle(transaction, rollout, rollout.proposedAt());
                });
    }

    @Override
    public Optional<RolloutEntry> find(OrganizationId organization, RolloutId id) {
        return database.read(statements -> rollouts.find(statements, organization, id));
    }

    @Override
    public Optional<RolloutTarget> target(OrganizationId organization, RolloutId id) {
        return database.read(statements -> rollouts.target(statements, organization, id));
    }

    @Override
    public List<RolloutEntry> list(
            OrganizationId organization,
            Optional<ProductId> product,
            Optional<RolloutId> before,
            int countMax) {
        return database.read(
                statements -> rollouts.list(statements, organization, product, before, countMax));
    }

    @Override
    public List<Tally> tallies(OrganizationId organization, RolloutId id) {
        return database.read(
                statements ->
                        rollouts.find(statements, organization, id).isEmpty()
                                ? List.of()
                                : rollouts.tallies(statements, id));
    }

    @Override
    public List<DevicePlace> places(
            OrganizationId organization,
            RolloutId id,
            Optional<UpdateState> state,
            int afterPosition,
            int countMax) {
        return database.read(
                statements ->
                        places.list(statements, organization, id, state, afterPosition, countMax));
    }

    @Override
    public Optional<DeviceStanding> standing(OrganizationId organization, DeviceId device) {
        return database.read(
                statements -> {
                    Optional<DevicePlace> place = places.newest(statements, organization, device);
                    if (place.isEmpty()) {
                        return Optional.empty();
                    }
                    boolean stopped = UpdatePolicyRows.isStopped(statements, organization);
                    return rollouts.find(statements, organization, place.get().rollout())
                            .map(entry -> new DeviceStanding(entry, place.get(), stopped));
                });
    }

    @Override
    public RolloutChange change(
            OrganizationId organization,
            RolloutId id,
            RolloutStep step,
            Instant now,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    Optional<RolloutEntry> before = rollouts.find(transaction, organization, id);
                    if (before.isEmpty()) {
                        return new RolloutChange.NoSuchRollout();
                    }
                    Optional<Rollout> after = step.from(before.get().rollout());
                    if (after.isEmpty()) {
                        return new RolloutChange.NotPossible(before.get());
                    }
                    RolloutEntry saved = rollouts.save(transaction, before.get(), after.get(), now);
                    if (after.get().state() == RolloutState.ABORTED) {
                        places.withdraw(transaction, id, now);
                    }
                    audit.append(transaction, event);
                    return new RolloutChange.Changed(rollouts.settle(transaction, saved, now));
                });
    }

    @Override
    public Optional<OfferRound> offer(
            OrganizationId organization,
            RolloutId id,
            List<DeviceId> ready,
            Instant now,
            Instant answerBy) {
        return database.write(
                transaction -> {
                    Optional<RolloutEntry> found = rollouts.find(transaction, organization, id);
                    if (found.isEmpty()) {
                        return Optional.empty();
                    }
                    RolloutEntry entry = rollouts.settle(transaction, found.get(), now);
                    if (!entry.rollout().state().offers()
                            || UpdatePolicyRows.isStopped(transaction, organization)) {
                        return Optional.of(
                                new OfferRound(found.get(), entry, List.of(), ready, false));
                    }
                    int most =
                            rollouts.decision(transaction, entry, now)
                                            instanceof Decision.Offer(int devices)
                                    ? devices
                                    : 0;
                    return Optional.of(
                            steps.offer(
                                    transaction, found.get(), entry, most, ready, now, answerBy));
                });
    }

    @Override
    public void submit(
            OrganizationId organization,
            RolloutId id,
            DeviceId device,
            PlaceStep step,
            Instant now,
            Completion<? super PlaceChange> completion) {
        database.submit(
                transaction ->
                        steps.made(
                                transaction,
                                organization,
                                places.find(transaction, organization, id, device),
                                step,
                                now),
                completion);
    }

    @Override
    public PlaceChange decide(
            OrganizationId organization,
            DeviceId device,
            PlaceStep step,
            Instant now,
            AuditEvent event) {
        return database.write(
                transaction -> {
                    PlaceChange change =
                            steps.made(
                                    transaction,
                                    organization,
                                    places.newest(transaction, organization, device),
                                    step,
                                    now);
                    if (change instanceof PlaceChange.Changed) {
                        audit.append(transaction, event);
                    }
                    return change;
                });
    }

    @Override
    public void submitRunning(
            OrganizationId organization,
            DeviceId device,
            RunningStep step,
            Completion<? super PlaceChange> completion) {
        database.submit(
                transaction -> {
                    Optional<DevicePlace> place = places.newest(transaction, organization, device);
                    Optional<String> why =
                            place.isPresent()
                                    ? steps.contradiction(
                                            transaction, organization, place.get(), step)
                                    : Optional.empty();
                    if (why.isPresent()) {
                        return new PlaceChange.Contradicted(why.get());
                    }
                    Optional<RunningFirmware> ranBefore =
                            firmware.keep(transaction, organization, device, step.said());
                    return steps.made(
                            transaction,
                            organization,
                            place,
                            (entry, before) -> step.from(entry, before, ranBefore),
                            step.said().saidAt());
                },
                completion);
    }

    @Override
    public Optional<RunningFirmware> running(OrganizationId organization, DeviceId device) {
        return database.read(statements -> firmware.find(statements, organization, device));
    }

    @Override
    @Unscoped("time passes for all organizations")
    public PassedTime passTime(Instant now, int countMax) {
        return database.write(
                transaction -> {
                    List<PlaceChange.Changed> changes = new ArrayList<>();
                    List<PassedTime.Move> moves = new ArrayList<>();
                    for (PlaceRows.Due due : places.due(transaction, now, countMax)) {
                        PlaceChange change =
                                steps.made(
                                        transaction,
                                        due.organization(),
                                        Optional.of(due.place()),
                                        (entry, place) -> PlaceSteps.overdue(entry, place, now),
                                        now);
                        if (change instanceof PlaceChange.Changed changed) {
                            changes.add(changed);
                        } else {
                            places.wasDue(transaction, due.place());
                        }
                    }
                    for (RolloutEntry entry : rollouts.due(transaction, now, countMax)) {
                        RolloutEntry settled = rollouts.settle(transaction, entry, now);
                        moves.add(new PassedTime.Move(entry, settled));
                        rollouts.wasDue(transaction, entry.id(), now);
                    }
                    return new PassedTime(changes, moves);
                });
    }

    @Override
    @Unscoped("time passes for all organizations")
    public Optional<Instant> nextDue() {
        return database.read(
                        statements ->
                                statements.one(
                                        "SELECT min(due_us) AS due_us FROM (SELECT min(due_us) AS due_us"
                                                + " FROM device_update WHERE due_us IS NOT NULL"
                                                + " UNION ALL SELECT min(due_us) FROM rollout"
                                                + " WHERE due_us IS NOT NULL) AS both_tables",
                                        row -> row.optionalInstant("due_us")))
                .flatMap(due -> due);
    }

    @Override
    @Unscoped("a server that was off could hear no device of whatever organization")
    public int grantGrace(Instant until) {
        return database.write(
                transaction ->
                        transaction.update(
                                "UPDATE device_update SET due_us = ?, until_us = ?,"
                                        + " revision = revision + 1 WHERE due_us < ? AND state IN"
                                        + " ('OFFERED', 'ASKING', 'INSTALLING', 'TRYING')",
                                until,
                                until,
                                until));
    }

    @Override
    @Unscoped("the clock is the same for all organizations")
    public int correct(ClockCorrection correction) {
        return deadlines.correct(correction);
    }

    @Override
    public List<Candidate> candidates(
            OrganizationId organization,
            ProductId product,
            Optional<DeviceId> after,
            int countMax) {
        return database.read(
                statements ->
                        firmware.candidates(statements, organization, product, after, countMax));
    }

    /** A device that is out for good leaves its place, in the transaction that takes it out. */
    @Override
    public void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        Instant now = clock.instant();
        for (DevicePlace place : places.live(transaction, organization, device)) {
            PlaceChange _ =
                    steps.made(
                            transaction,
                            organization,
                            Optional.of(place),
                            (_, before) -> before.update().left().map(before::after),
                            now);
        }
        transaction.update("DELETE FROM device_firmware WHERE device_id = ?", device);
    }
}
