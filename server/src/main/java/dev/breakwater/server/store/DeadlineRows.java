/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.rollout.ClockCorrection;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Corrects deadlines after the clock was set, some in a transaction, so that others can write. */
final class DeadlineRows {

    private static final int BITE = 200;

    private final Database database;
    private final RolloutRows rollouts;
    private final PlaceRows places;

    DeadlineRows(Database database, RolloutRows rollouts, PlaceRows places) {
        this.database = database;
        this.rollouts = rollouts;
        this.places = places;
    }

    private record Bite<K>(int corrected, Optional<K> last) {}

    /** Says how many there were. What a crash cuts off is taken up at the next start. */
    int correct(ClockCorrection correction) {
        // By the old clock: what has come since it was set ahead had not come before.
        Instant time = correction.now().minus(correction.ahead());
        int corrected = 0;
        Optional<DeviceId> device = Optional.empty();
        do {
            Bite<DeviceId> bite = places(correction, time, device);
            corrected += bite.corrected();
            device = bite.last();
        } while (device.isPresent());
        Optional<RolloutId> rollout = Optional.empty();
        do {
            Bite<RolloutId> bite = rollouts(correction, time, rollout);
            corrected += bite.corrected();
            rollout = bite.last();
        } while (rollout.isPresent());
        return corrected;
    }

    private Bite<DeviceId> places(
            ClockCorrection correction, Instant time, Optional<DeviceId> after) {
        return database.write(
                transaction -> {
                    List<PlaceRows.Due> some = places.dueAfter(transaction, time, after, BITE);
                    int corrected = 0;
                    for (PlaceRows.Due due : some) {
                        corrected += correct(transaction, correction, due) ? 1 : 0;
                    }
                    return new Bite<>(
                            corrected,
                            some.size() < BITE
                                    ? Optional.empty()
                                    : Optional.of(some.getLast().place().device()));
                });
    }

    private boolean correct(Transaction transaction, ClockCorrection correction, PlaceRows.Due due)
            throws SQLException {
        DevicePlace before = due.place();
        RolloutEntry entry =
                rollouts.find(transaction, due.organization(), before.rollout()).orElseThrow();
        Optional<DevicePlace> after = correction.of(entry.rollout(), before);
        if (after.isPresent()) {
            places.save(transaction, entry, before, after.get(), correction.now());
        }
        return after.isPresent();
    }

    private Bite<RolloutId> rollouts(
            ClockCorrection correction, Instant time, Optional<RolloutId> after) {
        return database.write(
                transaction -> {
                    List<RolloutEntry> some = rollouts.dueAfter(transaction, time, after, BITE);
                    int corrected = 0;
                    for (RolloutEntry entry : some) {
                        Optional<Rollout> held = correction.of(entry.rollout());
                        if (held.isPresent()) {
                            RolloutEntry _ =
                                    rollouts.save(transaction, entry, held.get(), correction.now());
                            corrected++;
                        }
                    }
                    return new Bite<>(
                            corrected,
                            some.size() < BITE
                                    ? Optional.empty()
                                    : Optional.of(some.getLast().id()));
                });
    }
}
