/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.DeviceUpdate;
import dev.breakwater.server.rollout.Failure;
import dev.breakwater.server.rollout.Progress;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.Tally;
import dev.breakwater.server.rollout.UpdateState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The places of devices in rollouts as rows; the tallies of the waves change with them. */
final class PlaceRows {

    private static final String COLUMNS =
            "SELECT u.*, d.serial FROM device_update u"
                    + " JOIN device d ON d.device_id = u.device_id";

    private final RolloutRows rollouts;

    PlaceRows(RolloutRows rollouts) {
        this.rollouts = rollouts;
    }

    /**
     * Inserts the places of those who can still have one, and the tallies of all waves.
     *
     * @return how many have one
     */
    int insert(Transaction transaction, Rollout of, List<DeviceUpdate> places, Instant now)
            throws SQLException {
        Map<Integer, Tally> tallies = new HashMap<>();
        int position = 0;
        for (DeviceUpdate place : places) {
            int inserted =
                    transaction.update(
                            "INSERT INTO device_update (rollout_id, device_id, organization_id,"
                                    + " position, wave, state, attempts, step, percent, told, given,"
                                    + " changed_us, live, revision)"
                                    + " SELECT ?, device_id, organization_id, ?, ?, ?, 0, ?, 0, '', 0,"
                                    + " ?, 1, 1 FROM device WHERE organization_id = ?"
                                    + " AND device_id = ? AND product_id = ? AND status = 'ACTIVE'"
                                    + " ON CONFLICT DO NOTHING",
                            of.id(),
                            position,
                            place.wave(),
                            place.state().name(),
                            place.progress().step().name(),
                            now,
                            of.organization(),
                            place.device(),
                            of.product());
            if (inserted == 1) {
                tallies.merge(place.wave(), Tally.of(place), Tally::plus);
                position++;
            }
        }
        for (int wave = 0; wave < of.plan().waves().size(); wave++) {
            rollouts.insertTally(
                    transaction, of.id(), wave, tallies.getOrDefault(wave, Tally.NONE));
        }
        return position;
    }

    Optional<DevicePlace> find(
            Statements statements, OrganizationId organization, RolloutId rollout, DeviceId device)
            throws SQLException {
        return statements.one(
                COLUMNS
                        + " WHERE u.organization_id = ? AND u.rollout_id = ?"
                        + " AND u.device_id = ?",
                PlaceRows::place,
                organization,
                rollout,
                device);
    }

    /** The place in the rollout that was proposed last. */
    Optional<DevicePlace> newest(
            Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.one(
                COLUMNS
                        + " WHERE u.organization_id = ? AND u.device_id = ?"
                        + " ORDER BY u.rollout_id DESC LIMIT 1",
                PlaceRows::place,
                organization,
                device);
    }

    List<DevicePlace> list(
            Statements statements,
            OrganizationId organization,
            RolloutId rollout,
            Optional<UpdateState> state,
            int afterPosition,
            int countMax)
            throws SQLException {
        if (state.isEmpty()) {
            return statements.list(
                    COLUMNS
                            + " WHERE u.rollout_id = ? AND u.organization_id = ?"
                            + " AND u.position > ? ORDER BY u.position LIMIT ?",
                    PlaceRows::place,
                    rollout,
                    organization,
                    afterPosition,
                    countMax);
        }
        return statements.list(
                COLUMNS
                        + " WHERE u.rollout_id = ? AND u.organization_id = ? AND u.state = ?"
                        + " AND u.position > ? ORDER BY u.position LIMIT ?",
                PlaceRows::place,
                rollout,
                organization,
                state.get().name(),
                afterPosition,
                countMax);
    }

    /** A place that is due, with whose it is. */
    record Due(OrganizationId organization, DevicePlace place) {}

    List<Due> due(Statements statements, Instant now, int countMax) throws SQLException {
        return statements.list(
                COLUMNS + " WHERE u.due_us <= ? ORDER BY u.due_us LIMIT ?",
                row -> new Due(new OrganizationId(row.uuid("organization_id")), place(row)),
                now,
                countMax);
    }

    /** Those that wait for a time after this one, by device, of which each has one such place. */
    List<Due> dueAfter(Statements statements, Instant time, Optional<DeviceId> after, int countMax)
            throws SQLException {
        return statements.list(
                COLUMNS
                        + " WHERE u.live = 1 AND u.due_us > ? AND u.device_id > ?"
                        + " ORDER BY u.device_id LIMIT ?",
                row -> new Due(new OrganizationId(row.uuid("organization_id")), place(row)),
                time,
                after.map(DeviceId::toString).orElse(""),
                countMax);
    }

    /** It has been looked at by the clock, and stays as it is. */
    void wasDue(Transaction transaction, DevicePlace place) throws SQLException {
        transaction.update(
                "UPDATE device_update SET due_us = NULL WHERE rollout_id = ? AND device_id = ?",
                place.rollout(),
                place.device());
    }

    /** Those that are live, or still count for a rollout, of a device that is out for good. */
    List<DevicePlace> live(Statements statements, OrganizationId organization, DeviceId device)
            throws SQLException {
        return statements.list(
                COLUMNS + " WHERE u.organization_id = ? AND u.device_id = ? AND u.live = 1",
                PlaceRows::place,
                organization,
                device);
    }

    /** Stores a place after a step, if nobody else has changed it since it was read. */
    void save(
            Transaction transaction,
            RolloutEntry rollout,
            DevicePlace before,
            DevicePlace after,
            Instant now)
            throws SQLException {
        DeviceUpdate update = after.update();
        int changed =
                transaction.update(
                        "UPDATE device_update SET state = ?, attempts = ?, step = ?, percent = ?,"
                                + " until_us = ?, failure = ?, told = ?, given = ?, asked_us = ?,"
                                + " changed_us = ?, live = ?, due_us = ?, revision = revision + 1"
                                + " WHERE rollout_id = ? AND device_id = ? AND state = ?"
                                + " AND revision = ?",
                        update.state().name(),
                        update.attempts(),
                        update.progress().step().name(),
                        update.progress().percent(),
                        update.until().orElse(null),
                        update.failure().map(Failure::name).orElse(null),
                        after.told(),
                        after.given(),
                        after.askedAt().orElse(null),
                        now,
                        after.isLive(rollout.rollout()),
                        after.dueAt(rollout.rollout()).orElse(null),
                        after.rollout(),
                        after.device(),
                        before.update().state().name(),
                        before.revision());
        if (changed != 1) {
            throw new SQLException(
                    "the place of device %s in rollout %s was changed by another writer"
                            .formatted(after.device(), after.rollout()));
        }
        Tally change = Tally.of(update).minus(Tally.of(before.update()));
        if (!change.equals(Tally.NONE)) {
            rollouts.addTally(transaction, after.rollout(), update.wave(), change);
        }
    }

    /** Takes all along that have not begun, as {@link DeviceUpdate#withdrawn} has it for each. */
    void withdraw(Transaction transaction, RolloutId rollout, Instant now) throws SQLException {
        transaction.update(
                "UPDATE device_update SET state = 'WITHDRAWN', until_us = CASE WHEN state IN"
                        + " ('WAITING', 'OFFERED', 'ASKING') THEN until_us END, due_us = NULL,"
                        + " live = 0, changed_us = ?, revision = revision + 1"
                        + " WHERE rollout_id = ? AND state IN"
                        + " ('WAITING', 'OFFERED', 'ASKING', 'POSTPONED', 'FAILED')",
                now,
                rollout);
        // None that waited, was offered or asked is left; what is out has grown by all of them.
        transaction.update(
                "UPDATE rollout_tally SET waiting = 0,"
                        + " in_flight = (SELECT count(*) FROM device_update u"
                        + " WHERE u.rollout_id = rollout_tally.rollout_id"
                        + " AND u.wave = rollout_tally.wave"
                        + " AND u.state IN ('INSTALLING', 'TRYING')),"
                        + " declined = (SELECT count(*) FROM device_update u"
                        + " WHERE u.rollout_id = rollout_tally.rollout_id"
                        + " AND u.wave = rollout_tally.wave AND u.state = 'REFUSED'),"
                        + " out_of_it = (SELECT count(*) FROM device_update u"
                        + " WHERE u.rollout_id = rollout_tally.rollout_id"
                        + " AND u.wave = rollout_tally.wave"
                        + " AND u.state IN ('INELIGIBLE', 'WITHDRAWN'))"
                        + " WHERE rollout_id = ?",
                rollout);
    }

    static DevicePlace place(Row row) throws SQLException {
        DeviceUpdate update =
                new DeviceUpdate(
                        new DeviceId(row.uuid("device_id")),
                        row.integer("wave"),
                        UpdateState.valueOf(row.text("state")),
                        row.integer("attempts"),
                        new Progress(
                                Progress.Step.valueOf(row.text("step")), row.integer("percent")),
                        row.optionalInstant("until_us"),
                        row.optionalText("failure").map(Failure::valueOf));
        return new DevicePlace(
                new RolloutId(row.uuid("rollout_id")),
                new DeviceSerial(row.text("serial")),
                row.integer("position"),
                update,
                row.text("told"),
                row.flag("given"),
                row.optionalInstant("asked_us"),
                row.instant("changed_us"),
                row.number("revision"));
    }
}
