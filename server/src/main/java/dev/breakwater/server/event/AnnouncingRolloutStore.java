/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.rollout.Candidate;
import dev.breakwater.server.rollout.ClockCorrection;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.DeviceStanding;
import dev.breakwater.server.rollout.DeviceUpdate;
import dev.breakwater.server.rollout.OfferRound;
import dev.breakwater.server.rollout.PassedTime;
import dev.breakwater.server.rollout.PlaceChange;
import dev.breakwater.server.rollout.PlaceStep;
import dev.breakwater.server.rollout.RolloutChange;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutStep;
import dev.breakwater.server.rollout.RolloutStore;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.rollout.RunningFirmware;
import dev.breakwater.server.rollout.RunningStep;
import dev.breakwater.server.rollout.Tally;
import dev.breakwater.server.rollout.UpdateState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells of every step of a rollout and of its devices once it is durable. The place of a device
 * that is revoked ends within its revocation, by the store itself; of that the device's own event
 * tells.
 */
public final class AnnouncingRolloutStore implements RolloutStore {

    private final RolloutStore store;
    private final RolloutNews news;

    /** Stands before a store. */
    public AnnouncingRolloutStore(RolloutStore store, EventFeed events) {
        this.store = store;
        this.news = new RolloutNews(events);
    }

    @Override
    public RolloutEntry propose(
            RolloutEntry rollout,
            RolloutTarget target,
            List<DeviceUpdate> places,
            AuditEvent event) {
        RolloutEntry stored = store.propose(rollout, target, places, event);
        news.changed(stored, "proposed");
        return stored;
    }

    @Override
    public RolloutChange change(
            OrganizationId organization,
            RolloutId id,
            RolloutStep step,
            Instant now,
            AuditEvent event) {
        RolloutChange change = store.change(organization, id, step, now, event);
        if (change instanceof RolloutChange.Changed(RolloutEntry rollout)) {
            // Named as in the audit log, e.g. rollout.paused.
            news.changed(rollout, event.action().substring(event.action().indexOf('.') + 1));
        }
        return change;
    }

    @Override
    public Optional<OfferRound> offer(
            OrganizationId organization,
            RolloutId id,
            List<DeviceId> ready,
            Instant now,
            Instant answerBy) {
        Optional<OfferRound> round = store.offer(organization, id, ready, now, answerBy);
        round.ifPresent(
                made -> {
                    news.moved(made.before(), made.rollout());
                    made.offered()
                            .forEach(
                                    place ->
                                            news.stepped(
                                                    made.rollout(),
                                                    place.device(),
                                                    UpdateState.WAITING,
                                                    place.update().state()));
                });
        return round;
    }

    @Override
    public void submit(
            OrganizationId organization,
            RolloutId id,
            DeviceId device,
            PlaceStep step,
            Instant now,
            Completion<? super PlaceChange> completion) {
        store.submit(organization, id, device, step, now, new Announced(completion));
    }

    @Override
    public PlaceChange decide(
            OrganizationId organization,
            DeviceId device,
            PlaceStep step,
            Instant now,
            AuditEvent event) {
        PlaceChange change = store.decide(organization, device, step, now, event);
        announce(change);
        return change;
    }

    @Override
    public void submitRunning(
            OrganizationId organization,
            DeviceId device,
            RunningStep step,
            Completion<? super PlaceChange> completion) {
        store.submitRunning(organization, device, step, new Announced(completion));
    }

    @Override
    @Unscoped("time passes for all organizations")
    public PassedTime passTime(Instant now, int countMax) {
        PassedTime passed = store.passTime(now, countMax);
        passed.changes().forEach(this::announce);
        passed.moves().forEach(move -> news.moved(move.before(), move.after()));
        return passed;
    }

    private void announce(PlaceChange change) {
        if (change instanceof PlaceChange.Changed changed) {
            news.moved(changed.rolloutBefore(), changed.rollout());
            news.stepped(
                    changed.rollout(),
                    changed.place().device(),
                    changed.stateBefore(),
                    changed.place().update().state());
        }
    }

    @Override
    public Optional<RolloutEntry> find(OrganizationId organization, RolloutId id) {
        return store.find(organization, id);
    }

    @Override
    public Optional<RolloutTarget> target(OrganizationId organization, RolloutId id) {
        return store.target(organization, id);
    }

    @Override
    public List<RolloutEntry> list(
            OrganizationId organization,
            Optional<ProductId> product,
            Optional<RolloutId> before,
            int countMax) {
        return store.list(organization, product, before, countMax);
    }

    @Override
    public List<Tally> tallies(OrganizationId organization, RolloutId id) {
        return store.tallies(organization, id);
    }

    @Override
    public List<DevicePlace> places(
            OrganizationId organization,
            RolloutId id,
            Optional<UpdateState> state,
            int afterPosition,
            int countMax) {
        return store.places(organization, id, state, afterPosition, countMax);
    }

    @Override
    public Optional<DeviceStanding> standing(OrganizationId organization, DeviceId device) {
        return store.standing(organization, device);
    }

    @Override
    public Optional<RunningFirmware> running(OrganizationId organization, DeviceId device) {
        return store.running(organization, device);
    }

    @Override
    @Unscoped("time passes for all organizations")
    public Optional<Instant> nextDue() {
        return store.nextDue();
    }

    @Override
    @Unscoped("a server that was off could hear no device of whatever organization")
    public int grantGrace(Instant until) {
        return store.grantGrace(until);
    }

    @Override
    @Unscoped("the clock is the same for all organizations")
    public int correct(ClockCorrection correction) {
        return store.correct(correction);
    }

    @Override
    public List<Candidate> candidates(
            OrganizationId organization,
            ProductId product,
            Optional<DeviceId> after,
            int countMax) {
        return store.candidates(organization, product, after, countMax);
    }

    /** The sender is told first, as if nobody listened. */
    private final class Announced implements Completion<PlaceChange> {

        private final Completion<? super PlaceChange> sender;

        Announced(Completion<? super PlaceChange> sender) {
            this.sender = sender;
        }

        @Override
        public void durable(PlaceChange change) {
            sender.durable(change);
            announce(change);
        }

        @Override
        public void failed(RuntimeException cause) {
            sender.failed(cause);
        }
    }
}
