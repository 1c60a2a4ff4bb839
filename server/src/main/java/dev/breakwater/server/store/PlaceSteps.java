/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.OfferRound;
import dev.breakwater.server.rollout.PlaceChange;
import dev.breakwater.server.rollout.PlaceStep;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RunningStep;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Steps of devices within a transaction, and what follows from them for their rollout. */
final class PlaceSteps {

    private final RolloutRows rollouts;
    private final PlaceRows places;

    PlaceSteps(RolloutRows rollouts, PlaceRows places) {
        this.rollouts = rollouts;
        this.places = places;
    }

    /** Makes a step, and lets the rollout go on by it. */
    PlaceChange made(
            Transaction transaction,
            OrganizationId organization,
            Optional<DevicePlace> before,
            PlaceStep step,
            Instant now)
            throws SQLException {
        if (before.isEmpty()) {
            return new PlaceChange.NoSuchPlace();
        }
        RolloutEntry entry =
                rollouts.find(transaction, organization, before.get().rollout()).orElseThrow();
        Optional<DevicePlace> after = step.from(entry, before.get());
        if (after.isEmpty()) {
            return new PlaceChange.Unchanged(entry, before.get());
        }
        places.save(transaction, entry, before.get(), after.get(), now);
        RolloutEntry settled = rollouts.settle(transaction, entry, now);
        return new PlaceChange.Changed(settled, after.get(), entry, before.get().update().state());
    }

    /** Offers it to as many as may be told, in the order given. */
    OfferRound offer(
            Transaction transaction,
            RolloutEntry found,
            RolloutEntry entry,
            int most,
            List<DeviceId> ready,
            Instant now,
            Instant answerBy)
            throws SQLException {
        List<DevicePlace> offered = new ArrayList<>();
        List<DeviceId> idle = new ArrayList<>();
        for (DeviceId device : ready) {
            if (offered.size() >= most) {
                break;
            }
            Optional<DevicePlace> before =
                    places.find(transaction, entry.organization(), entry.id(), device)
                            .filter(place -> place.update().wave() <= entry.rollout().wave());
            Optional<DevicePlace> after =
                    before.flatMap(
                            place ->
                                    place.update()
                                            .offered(
                                                    entry.rollout().plan().attemptsMax(),
                                                    now,
                                                    answerBy)
                                            .map(place::after));
            if (after.isEmpty()) {
                idle.add(device);
                continue;
            }
            places.save(transaction, entry, before.get(), after.get(), now);
            offered.add(after.get());
        }
        return new OfferRound(found, entry, offered, idle, most > offered.size());
    }

    /** Why what a device says it runs cannot be true; empty if it can. */
    Optional<String> contradiction(
            Transaction transaction,
            OrganizationId organization,
            DevicePlace place,
            RunningStep step)
            throws SQLException {
        RolloutEntry entry =
                rollouts.find(transaction, organization, place.rollout()).orElseThrow();
        if (!step.namesThe(entry.rollout())) {
            return Optional.empty();
        }
        // A release is never deleted; where it is not stored beside its rollout, it is not known.
        List<String> hardwareIds =
                transaction
                        .one(
                                "SELECT * FROM product_release WHERE organization_id = ?"
                                        + " AND release_id = ?",
                                ReleaseText::release,
                                organization,
                                entry.release().id())
                        .map(release -> release.description().hardwareIds())
                        .orElse(List.of());
        return step.contradiction(entry, hardwareIds);
    }

    /** What comes of a place whose time has come. */
    static Optional<DevicePlace> overdue(RolloutEntry entry, DevicePlace place, Instant now) {
        Rollout rollout = entry.rollout();
        return place.update()
                .overdue(now, now.plus(rollout.plan().retryAfter()))
                .or(() -> place.update().waitsAgain(rollout.plan().attemptsMax(), now))
                .map(place::after);
    }
}
