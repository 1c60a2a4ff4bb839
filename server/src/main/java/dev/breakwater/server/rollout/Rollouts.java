/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import dev.breakwater.server.release.Releases;
import dev.breakwater.server.risk.UpdateApproval;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What people do with rollouts. All of it blocks. */
public final class Rollouts {

    /** Devices of which a preview names that many for each reason. */
    private static final int NAMED = 20;

    /** Stands where no member proposed it: a token did, which can approve nothing. */
    private static final MemberId NOBODY = new MemberId(new UUID(0, 0));

    private static final int PAGE = 1_000;

    private final RolloutStore store;
    private final Releases releases;
    private final UpdatePolicies policies;
    private final Followers followers;
    private final Limits limits;
    private final Clock clock;

    /** Told what people have done, once it is durable. */
    interface Followers {

        /** Devices may be told of it now. */
        void goesOn(RolloutEntry rollout);

        /** What holds for these devices has changed; they are told of it. */
        void tell(RolloutEntry rollout, List<DeviceId> devices);
    }

    Rollouts(
            RolloutStore store,
            Releases releases,
            UpdatePolicies policies,
            Followers followers,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.releases = releases;
        this.policies = policies;
        this.followers = followers;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * What somebody wants to roll out.
     *
     * @param actor who, for the audit log
     * @param member who, if it is a person
     */
    public record Proposal(
            OrganizationId organization,
            ProductId product,
            ReleaseId release,
            RolloutTarget target,
            RolloutPlan plan,
            Actor actor,
            Optional<MemberId> member) {}

    /**
     * Who would be reached.
     *
     * @param waves how many devices each wave has
     * @param first some of those who would be reached, in their order
     * @param excluded who would not, by reason
     */
    public record Preview(
            Release release,
            int devices,
            List<Integer> waves,
            List<Device> first,
            List<Excluded> excluded) {}

    /**
     * Devices that would not be reached.
     *
     * @param words the reason as a part of a sentence
     * @param examples some of them
     */
    public record Excluded(
            Selection.Exclusion why, String words, int devices, List<Device> examples) {}

    /** What became of a proposal, or of the question what would become of it. */
    public sealed interface Outcome<T> {

        /** It is this. */
        record Done<T>(T value) implements Outcome<T> {}

        /** The product has no such release. */
        record NoSuchRelease<T>() implements Outcome<T> {}

        /** It cannot be; the sentence is for whoever asked. */
        record NotPossible<T>(String why) implements Outcome<T> {}
    }

    /** Who would be reached if it were proposed now. */
    public Outcome<Preview> preview(Proposal proposal) {
        Optional<Release> release = release(proposal);
        if (release.isEmpty()) {
            return new Outcome.NoSuchRelease<>();
        }
        Selection selection = select(proposal, release.get());
        List<DeviceUpdate> places = selection.places(RolloutId.fresh(), proposal.plan());
        List<Integer> waves = new ArrayList<>();
        for (int wave = 0; wave < proposal.plan().waves().size(); wave++) {
            int of = wave;
            waves.add((int) places.stream().filter(place -> place.wave() == of).count());
        }
        List<Excluded> excluded = new ArrayList<>();
        selection
                .excluded()
                .forEach(
                        (why, devices) ->
                                excluded.add(
                                        new Excluded(
                                                why,
                                                why.words(proposal.target()),
                                                devices.size(),
                                                devices.stream().limit(NAMED).toList())));
        return new Outcome.Done<>(
                new Preview(
                        release.get(),
                        places.size(),
                        waves,
                        places.stream()
                                .limit(NAMED)
                                .map(place -> selection.device(place.device()))
                                .toList(),
                        excluded));
    }

    /** Whether the organization's product has such a release, withdrawn or not. */
    public boolean knows(OrganizationId organization, ProductId product, ReleaseId release) {
        return releases.find(organization, release)
                .filter(found -> found.product().equals(product))
                .isPresent();
    }

    private Optional<Release> release(Proposal proposal) {
        return releases.find(proposal.organization(), proposal.release())
                .filter(release -> release.product().equals(proposal.product()));
    }

    private Selection select(Proposal proposal, Release release) {
        Selection selection = new Selection(release, proposal.target());
        Optional<DeviceId> after = Optional.empty();
        List<Candidate> some;
        do {
            some = store.candidates(proposal.organization(), proposal.product(), after, PAGE);
            some.forEach(selection::consider);
            after = some.isEmpty() ? after : Optional.of(some.getLast().device().id());
        } while (some.size() == PAGE);
        return selection;
    }

    /** Begins a rollout, or lets it wait for the second person. */
    public Outcome<RolloutEntry> propose(Proposal proposal) {
        Optional<Release> release = release(proposal);
        Optional<UpdatePolicies.InForce> policy =
                policies.of(proposal.organization(), proposal.product());
        if (release.isEmpty() || policy.isEmpty()) {
            return new Outcome.NoSuchRelease<>();
        }
        Optional<String> why = objection(proposal, release.get(), policy.get());
        if (why.isPresent()) {
            return new Outcome.NotPossible<>(why.get());
        }
        RolloutId id = freshId(proposal.organization());
        List<DeviceUpdate> places = select(proposal, release.get()).places(id, proposal.plan());
        int most = limits.of(Limit.ROLLOUT_DEVICES);
        if (places.isEmpty() || places.size() > most) {
            return new Outcome.NotPossible<>(
                    places.isEmpty()
                            ? "The rollout would reach no device; a preview says why."
                            : "A rollout reaches %d devices at most, not %d."
                                    .formatted(most, places.size()));
        }
        RolloutEntry entry = entry(id, proposal, release.get(), policy.get().approval());
        RolloutEntry stored =
                store.propose(
                        entry,
                        proposal.target(),
                        places,
                        event(
                                proposal.organization(),
                                id,
                                proposal.actor(),
                                AuditAction.ROLLOUT_PROPOSED,
                                Map.of(
                                        "version",
                                        entry.release().version(),
                                        "release",
                                        release.get().id().toString(),
                                        "target",
                                        RolloutJson.of(proposal.target()).toString(),
                                        "devices",
                                        Integer.toString(places.size()))));
        followers.goesOn(stored);
        return new Outcome.Done<>(stored);
    }

    /**
     * The newest place of a device is that of the greatest id, so ids grow if the clock does not.
     */
    private RolloutId freshId(OrganizationId organization) {
        return list(organization, Optional.empty(), Optional.empty(), 1).stream()
                .findFirst()
                .map(newest -> RolloutId.freshAfter(newest.id()))
                .orElseGet(RolloutId::fresh);
    }

    private static Optional<String> objection(
            Proposal proposal, Release release, UpdatePolicies.InForce policy) {
        if (release.state() != ReleaseState.PUBLISHED) {
            return Optional.of("The release is withdrawn; publish one that is not.");
        }
        boolean person =
                policy.approval() == UpdateApproval.TWO_PERSON
                        || policy.policy().consent() == UpdateConsent.OPERATOR;
        return person && proposal.member().isEmpty()
                ? Optional.of(
                        "A rollout of this product is proposed by a person who has logged in, not"
                                + " by a token.")
                : Optional.empty();
    }

    private RolloutEntry entry(
            RolloutId id, Proposal proposal, Release release, UpdateApproval approval) {
        Approvals approvals =
                Approvals.proposedBy(
                        proposal.member().orElse(NOBODY),
                        approval == UpdateApproval.TWO_PERSON
                                ? Approvals.TWO_PERSONS
                                : Approvals.ONE_PERSON);
        return new RolloutEntry(
                Rollout.propose(
                        id,
                        proposal.organization(),
                        proposal.product(),
                        release.hash(),
                        proposal.plan(),
                        approvals),
                new RolloutEntry.Installed(
                        release.id(),
                        release.version().text(),
                        release.description().releaseCounter(),
                        release.description().securityRelevant()),
                proposal.actor().toString(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                1);
    }

    /** Another member stands for it, too. Not possible for whoever proposed it. */
    public RolloutChange approve(
            OrganizationId organization, RolloutId id, MemberId member, Actor actor) {
        return change(
                organization,
                id,
                before -> before.approved(member),
                actor,
                AuditAction.ROLLOUT_APPROVED,
                Map.of());
    }

    /** Nobody is told any more, until it is resumed. */
    public RolloutChange pause(
            OrganizationId organization, RolloutId id, String reason, Actor actor) {
        return telling(
                organization,
                id,
                before -> before.paused(reason),
                actor,
                AuditAction.ROLLOUT_PAUSED,
                Map.of("reason", reason));
    }

    /** It goes on where it was paused. */
    public RolloutChange resume(OrganizationId organization, RolloutId id, Actor actor) {
        return telling(
                organization, id, Rollout::resumed, actor, AuditAction.ROLLOUT_RESUMED, Map.of());
    }

    /** It ends; who has begun ends what it does. */
    public RolloutChange abort(
            OrganizationId organization, RolloutId id, String reason, Actor actor) {
        return telling(
                organization,
                id,
                Rollout::aborted,
                actor,
                AuditAction.ROLLOUT_ABORTED,
                Map.of("reason", reason));
    }

    private RolloutChange telling(
            OrganizationId organization,
            RolloutId id,
            RolloutStep step,
            Actor actor,
            AuditAction action,
            Map<String, String> details) {
        List<DeviceId> told = ToldDevices.of(store, organization, id);
        RolloutChange change = change(organization, id, step, actor, action, details);
        if (change instanceof RolloutChange.Changed(RolloutEntry entry)) {
            followers.tell(entry, told);
        }
        return change;
    }

    private RolloutChange change(
            OrganizationId organization,
            RolloutId id,
            RolloutStep step,
            Actor actor,
            AuditAction action,
            Map<String, String> details) {
        RolloutChange change =
                store.change(
                        organization,
                        id,
                        step,
                        clock.instant(),
                        event(organization, id, actor, action, details));
        if (change instanceof RolloutChange.Changed(RolloutEntry entry)
                && entry.rollout().state().offers()) {
            followers.goesOn(entry);
        }
        return change;
    }

    private static AuditEvent event(
            OrganizationId organization,
            RolloutId id,
            Actor actor,
            AuditAction action,
            Map<String, String> details) {
        return AuditEvent.of(organization, actor, action, "rollout:" + id, details);
    }

    /** Rollouts, newest first. */
    public List<RolloutEntry> list(
            OrganizationId organization,
            Optional<ProductId> product,
            Optional<RolloutId> before,
            int countMax) {
        return store.list(organization, product, before, countMax);
    }

    /** One rollout. */
    public Optional<RolloutEntry> find(OrganizationId organization, RolloutId id) {
        return store.find(organization, id);
    }

    /** Which devices it was asked to be for. */
    public Optional<RolloutTarget> target(OrganizationId organization, RolloutId id) {
        return store.target(organization, id);
    }

    /** How the devices of each wave stand. */
    public List<Tally> tallies(OrganizationId organization, RolloutId id) {
        return store.tallies(organization, id);
    }

    /** The places of its devices, in their order. */
    public List<DevicePlace> places(
            OrganizationId organization,
            RolloutId id,
            Optional<UpdateState> state,
            int afterPosition,
            int countMax) {
        return store.places(organization, id, state, afterPosition, countMax);
    }
}
