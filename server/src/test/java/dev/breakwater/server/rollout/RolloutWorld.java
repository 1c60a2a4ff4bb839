/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.store.SqlUpdatePolicyStore;
import dev.breakwater.server.store.StoredFleet;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server's rollouts over a real database, and devices that speak their payloads, in the test's
 * own time: what is to be done at a moment is done when the test says so.
 */
final class RolloutWorld implements AutoCloseable {

    static final Instant START = Instant.parse("2026-12-01T12:00:00Z");
    static final Actor OPERATOR = new Actor.Person("one");
    private static final int PATIENCE_SECONDS = 20;

    final TestClock clock = TestClock.at(START);
    final StoredFleet fleet;
    final KnownReleases releases = new KnownReleases();
    final OrganizationId organization;
    final ProductId product;
    final MemberId author = MemberId.fresh();
    private final Map<DeviceId, LinkedBlockingQueue<UpdateOffer>> offers =
            new ConcurrentHashMap<>();
    private final Map<DeviceId, AuthenticatedDevice> proofs = new ConcurrentHashMap<>();
    LiveSessions sessions = new LiveSessions();
    FleetUpdates updates;

    /** Time that has passed, whatever the clock was set to meanwhile. */
    private final AtomicLong passedNanos = new AtomicLong();

    RolloutWorld(DatabaseLocation location, RiskProfile risk) {
        fleet = new StoredFleet(location, clock);
        organization = fleet.organization("Reef");
        product = fleet.product(organization, risk);
        updates = wired();
    }

    private FleetUpdates wired() {
        return new FleetUpdates(
                new FleetUpdates.Parts(
                        store(),
                        new SqlUpdatePolicyStore(fleet.database(), fleet.audit()),
                        fleet.devices(),
                        new SqlTwinStore(fleet.database(), fleet.audit()),
                        releases,
                        releases,
                        sessions),
                Limits.defaults(),
                clock,
                passedNanos::get);
    }

    RolloutStore store() {
        return new SqlRolloutStore(fleet.database(), fleet.audit(), clock);
    }

    /** The process is gone with all that it had in memory; another one opens the database. */
    void restart() {
        reopen();
        updates.work();
    }

    /** The same, and what it has left is taken up as a server does it at its start. */
    void restartAndTakeUp() {
        reopen();
        updates.takeUp();
        updates.work();
    }

    private void reopen() {
        updates.close();
        fleet.reopen();
        sessions = new LiveSessions();
        offers.clear();
        updates = wired();
    }

    List<DeviceId> devices(int count) {
        return fleet.devices(organization, product, "A-", count);
    }

    /** Connects and subscribes. */
    void connect(DeviceId device) {
        inbox(device).clear();
        sessions.attach(new Tank(device));
        updates.offers().onSubscribed(proof(device));
    }

    private LinkedBlockingQueue<UpdateOffer> inbox(DeviceId device) {
        return offers.computeIfAbsent(device, _ -> new LinkedBlockingQueue<>());
    }

    void disconnect(DeviceId device) {
        sessions.close(device, FarewellReason.TAKEN_OVER);
    }

    private AuthenticatedDevice proof(DeviceId device) {
        return proofs.computeIfAbsent(device, id -> ProvenDevices.of(organization, id));
    }

    Release publish(String version, long counter) {
        return releases.publish(organization, product, version, counter, false);
    }

    Rollouts.Outcome<RolloutEntry> proposed(
            Release release, RolloutTarget target, RolloutPlan plan, Optional<MemberId> by) {
        return updates.rollouts()
                .propose(
                        new Rollouts.Proposal(
                                organization, product, release.id(), target, plan, OPERATOR, by));
    }

    RolloutId propose(Release release, RolloutPlan plan) {
        Rollouts.Outcome<RolloutEntry> outcome =
                proposed(release, RolloutTarget.ALL, plan, Optional.of(author));
        assertThat(outcome).isInstanceOf(Rollouts.Outcome.Done.class);
        return ((Rollouts.Outcome.Done<RolloutEntry>) outcome).value().id();
    }

    void work() {
        updates.work();
    }

    void pass(Duration time) {
        passedNanos.addAndGet(time.toNanos());
        clock.advance(time);
        work();
    }

    /** Somebody sets the clock, ahead or back, while no time passes. */
    void setClock(Duration by) {
        clock.advance(by);
    }

    /** The next thing that a device is told. */
    UpdateOffer told(DeviceId device) throws InterruptedException {
        UpdateOffer offer = inbox(device).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(offer).as("device %s is told", device).isNotNull();
        return offer;
    }

    boolean wasTold(DeviceId device) {
        return !inbox(device).isEmpty();
    }

    /** What the device says is stored, or refused; the reason of a refusal. */
    Optional<String> says(DeviceId device, byte[] payload) {
        CompletableFuture<Optional<String>> heard = new CompletableFuture<>();
        updates.offers()
                .status(
                        proof(device),
                        payload,
                        new Completion<>() {
                            @Override
                            public void durable(Object value) {
                                heard.complete(Optional.empty());
                            }

                            @Override
                            public void failed(RuntimeException cause) {
                                heard.complete(Optional.of(String.valueOf(cause.getMessage())));
                            }
                        });
        return heard.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    Optional<String> says(DeviceId device, RolloutId rollout, UpdateStatus.Step step, int percent) {
        return says(
                device,
                new UpdateStatus.Progress(
                                rollout.uuid(), step, OptionalInt.of(percent), Optional.empty())
                        .toJson());
    }

    Optional<String> runs(DeviceId device, Release release, boolean healthy) {
        return says(
                device,
                new UpdateStatus.Running(
                                Optional.of(release.hash().hex()),
                                release.version(),
                                release.description().releaseCounter(),
                                "rev-a",
                                healthy)
                        .toJson());
    }

    Optional<String> runsFactory(DeviceId device, String hardware) {
        return says(
                device,
                new UpdateStatus.Running(
                                Optional.empty(), new ReleaseVersion("1.0"), 1, hardware, true)
                        .toJson());
    }

    /** Takes its offer and goes all the way. */
    void update(DeviceId device, RolloutId rollout, Release release) throws InterruptedException {
        assertThat(told(device)).isInstanceOf(UpdateOffer.Standing.class);
        assertThat(says(device, rollout, UpdateStatus.Step.DOWNLOADING, 10)).isEmpty();
        assertThat(says(device, rollout, UpdateStatus.Step.RESTARTING, 100)).isEmpty();
        assertThat(runs(device, release, true)).isEmpty();
    }

    Rollout rollout(RolloutId id) {
        return store().find(organization, id).orElseThrow().rollout();
    }

    UpdateState state(DeviceId device) {
        return place(device).update().state();
    }

    DevicePlace place(DeviceId device) {
        return store().standing(organization, device).orElseThrow().place();
    }

    /** The tallies that are kept, after they were held against the places themselves. */
    List<Tally> tallies(RolloutId id) {
        List<Tally> kept = store().tallies(organization, id);
        Tally[] counted = new Tally[kept.size()];
        java.util.Arrays.fill(counted, Tally.NONE);
        for (DevicePlace place : store().places(organization, id, Optional.empty(), -1, 100_000)) {
            counted[place.update().wave()] =
                    counted[place.update().wave()].plus(Tally.of(place.update()));
        }
        assertThat(kept).containsExactly(counted);
        return kept;
    }

    @Override
    public void close() {
        updates.close();
        fleet.close();
    }

    /** A plan of two waves without soak time. */
    static RolloutPlan plan(int first) {
        return new RolloutPlan(
                List.of(
                        new Wave(new Wave.Count(first), Duration.ZERO),
                        new Wave(new Wave.Part(Share.ALL), Duration.ZERO)),
                Gate.USUAL,
                20,
                1_000,
                2,
                Duration.ofHours(1),
                Duration.ofHours(2));
    }

    static UUID unknown() {
        return RolloutId.fresh().uuid();
    }

    private final class Tank implements DeviceSession {

        private final DeviceId device;

        Tank(DeviceId device) {
            this.device = device;
        }

        @Override
        public DeviceId deviceId() {
            return device;
        }

        @Override
        public OrganizationId organization() {
            return organization;
        }

        @Override
        public TlsFacts tls() {
            throw new IllegalStateException("nobody asks for it here");
        }

        @Override
        public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
            try {
                inbox(device).add(UpdateOffer.parse(message.payload()));
                outcome.delivered();
            } catch (dev.breakwater.protocol.message.MalformedMessage malformed) {
                throw new IllegalStateException(malformed);
            }
        }

        @Override
        public void close(FarewellReason reason) {
            inbox(device).clear();
        }
    }
}
