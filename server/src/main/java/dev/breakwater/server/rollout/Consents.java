/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.Releases;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * What owners decide, within the limits of the product's policy. Whoever approves is not put before
 * others: the device waits for its turn as all do, so that a paused rollout stays paused.
 */
public final class Consents implements OwnersDecisions {

    private final RolloutStore store;
    private final Releases releases;
    private final UpdatePolicies policies;
    private final Decided decided;
    private final Clock clock;

    /** Told when an owner has decided about a device's place. */
    interface Decided {
        void decided(RolloutEntry rollout, DevicePlace place);
    }

    Consents(
            RolloutStore store,
            Releases releases,
            UpdatePolicies policies,
            Decided decided,
            Clock clock) {
        this.store = store;
        this.releases = releases;
        this.policies = policies;
        this.decided = decided;
        this.clock = clock;
    }

    @Override
    public Optional<OwnersUpdate> of(OrganizationId organization, DeviceId device) {
        return store.standing(organization, device)
                .filter(Consents::hasBegun)
                .flatMap(standing -> shown(standing.rollout(), standing.place()));
    }

    private static boolean hasBegun(DeviceStanding standing) {
        Rollout rollout = standing.rollout().rollout();
        return rollout.state() != RolloutState.PROPOSED
                && standing.place().update().wave() <= rollout.wave();
    }

    private Optional<OwnersUpdate> shown(RolloutEntry entry, DevicePlace place) {
        Optional<Release> release = releases.find(entry.organization(), entry.release().id());
        DeviceUpdate update = place.update();
        boolean postponed = update.state() == UpdateState.POSTPONED;
        boolean theirs =
                policies.of(entry.organization(), entry.rollout().product())
                        .filter(policy -> policy.policy().consent() == UpdateConsent.OWNER)
                        .isPresent();
        Optional<Instant> latest =
                theirs && mayDecide(update.state())
                        ? latest(entry, place).filter(time -> time.isAfter(clock.instant()))
                        : Optional.empty();
        return release.map(
                shown ->
                        new OwnersUpdate(
                                entry.id(),
                                shown,
                                update.state(),
                                place.given(),
                                update.progress().percent(),
                                postponed ? update.until() : Optional.empty(),
                                latest,
                                Optional.of(place.told()).filter(told -> !told.isEmpty())));
    }

    private static boolean mayDecide(UpdateState state) {
        return switch (state) {
            case WAITING, OFFERED, ASKING, POSTPONED, REFUSED -> true;
            case INSTALLING, TRYING, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN -> false;
        };
    }

    private Optional<Instant> latest(RolloutEntry entry, DevicePlace place) {
        Instant now = clock.instant();
        Instant askedAt = place.asked(now).askedAt().orElse(now);
        return policies.of(entry.organization(), entry.rollout().product())
                .map(
                        policy ->
                                policy.policy()
                                        .postponableUntil(askedAt, entry.release().security()));
    }

    @Override
    public Answer approve(
            OrganizationId organization, DeviceId device, RolloutId rollout, AuditEvent event) {
        return decide(
                organization,
                device,
                rollout,
                event,
                (_, before) ->
                        isApproved(before)
                                ? Optional.empty()
                                : before.update()
                                        .approved()
                                        .map(after -> before.after(after).given(true)));
    }

    private static boolean isApproved(DevicePlace place) {
        return place.given()
                && place.update().state() != UpdateState.POSTPONED
                && place.update().state() != UpdateState.REFUSED;
    }

    @Override
    public Answer postpone(
            OrganizationId organization,
            DeviceId device,
            RolloutId rollout,
            Instant until,
            AuditEvent event) {
        Instant now = clock.instant();
        Optional<DeviceStanding> standing =
                store.standing(organization, device)
                        .filter(found -> found.rollout().id().equals(rollout));
        Optional<Instant> latest =
                standing.flatMap(found -> latest(found.rollout(), found.place()));
        if (latest.isPresent() && (until.isAfter(latest.get()) || !until.isAfter(now))) {
            return new Answer.NotSoLate(
                    latest.get(), standing.orElseThrow().rollout().release().security());
        }
        return decide(
                organization,
                device,
                rollout,
                event,
                (_, before) ->
                        before.update()
                                .postponed(until)
                                .map(after -> before.after(after).asked(now).given(false)));
    }

    @Override
    public Answer refuse(
            OrganizationId organization, DeviceId device, RolloutId rollout, AuditEvent event) {
        return decide(
                organization,
                device,
                rollout,
                event,
                (_, before) ->
                        before.update().refused().map(after -> before.after(after).given(false)));
    }

    private Answer decide(
            OrganizationId organization,
            DeviceId device,
            RolloutId rollout,
            AuditEvent event,
            PlaceStep step) {
        Optional<DeviceStanding> standing =
                store.standing(organization, device)
                        .filter(found -> found.rollout().id().equals(rollout))
                        .filter(Consents::hasBegun);
        if (standing.isEmpty()) {
            return new Answer.NoSuch();
        }
        Optional<UpdatePolicies.InForce> policy =
                policies.of(organization, standing.get().rollout().rollout().product());
        if (policy.filter(of -> of.policy().consent() == UpdateConsent.OWNER).isEmpty()) {
            return new Answer.NotTheirs();
        }
        PlaceChange change =
                store.decide(
                        organization,
                        device,
                        (entry, before) ->
                                entry.id().equals(rollout)
                                                && entry.rollout().state() != RolloutState.ABORTED
                                        ? step.from(entry, before)
                                        : Optional.empty(),
                        clock.instant(),
                        event);
        return switch (change) {
            case PlaceChange.Changed(RolloutEntry entry, DevicePlace place, _, _) -> {
                decided.decided(entry, place);
                yield taken(entry, place);
            }
            case PlaceChange.Unchanged(RolloutEntry entry, DevicePlace place) ->
                    isApproved(place) && mayDecide(place.update().state())
                            ? taken(entry, place)
                            : new Answer.NotNow(place.update().state());
            // Of what runs only the device speaks.
            case PlaceChange.NoSuchPlace _, PlaceChange.Contradicted _ -> new Answer.NoSuch();
        };
    }

    private Answer taken(RolloutEntry entry, DevicePlace place) {
        return shown(entry, place).<Answer>map(Answer.Taken::new).orElseGet(Answer.NoSuch::new);
    }
}
