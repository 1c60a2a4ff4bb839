/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server's clock is set ten years ahead, or back, in the middle of rollouts. */
@SuppressWarnings("NullAway.Init") // each story begins with begin()
abstract class SetClockContract {

    private static final Duration TEN_YEARS = Duration.ofDays(3_652);
    private static final Duration SOAK = Duration.ofHours(1);
    private static final Duration LEASE = Duration.ofHours(3);
    private static final Duration RETRY = Duration.ofHours(2);
    private static final Duration GRACE = Duration.ofMinutes(15);
    private static final int DEVICES = 5;

    private RolloutWorld world;
    private RolloutId id;
    private Release release;
    private List<DeviceId> devices;

    abstract DatabaseLocation location();

    @AfterEach
    void close() {
        world.close();
    }

    private void begin(RiskProfile risk, int count, int first) {
        world = new RolloutWorld(location(), risk);
        world.devices(count).forEach(world::connect);
        release = world.publish("1.1", 2);
        RolloutPlan plan =
                new RolloutPlan(
                        List.of(
                                new Wave(new Wave.Count(first), SOAK),
                                new Wave(new Wave.Part(Share.ALL), Duration.ZERO)),
                        Gate.USUAL,
                        20,
                        1_000,
                        2,
                        LEASE,
                        RETRY);
        id = world.propose(release, plan);
        devices = places().stream().map(DevicePlace::device).toList();
        world.work();
    }

    private List<DevicePlace> places() {
        return world.store().places(world.organization, id, Optional.empty(), -1, 1_000);
    }

    /** What the clock does before each step. */
    enum Fault {
        AHEAD_AND_BACK,
        BACK_AND_AHEAD,
        AHEAD_FOR_EVERY_OTHER_STEP,
        BACK_FOR_EVERY_OTHER_STEP,
        AHEAD_FOR_EVERY_OTHER_LIFE_OF_THE_SERVER
    }

    private void strikes(Fault fault, int step) {
        boolean odd = step % 2 == 1;
        switch (fault) {
            case AHEAD_AND_BACK -> {
                clockIsSet(TEN_YEARS);
                clockIsSet(TEN_YEARS.negated());
            }
            case BACK_AND_AHEAD -> {
                clockIsSet(TEN_YEARS.negated());
                clockIsSet(TEN_YEARS);
            }
            case AHEAD_FOR_EVERY_OTHER_STEP -> clockIsSet(odd ? TEN_YEARS.negated() : TEN_YEARS);
            case BACK_FOR_EVERY_OTHER_STEP -> clockIsSet(odd ? TEN_YEARS : TEN_YEARS.negated());
            case AHEAD_FOR_EVERY_OTHER_LIFE_OF_THE_SERVER -> {
                world.setClock(odd ? TEN_YEARS.negated() : TEN_YEARS);
                world.restartAndTakeUp();
                devices.forEach(world::connect);
                world.work();
            }
        }
    }

    private void clockIsSet(Duration by) {
        world.setClock(by);
        world.work();
    }

    @ParameterizedTest
    @EnumSource
    void eachDeviceIsUpdatedOnceWhateverTheClockDoesBetweenSteps(Fault fault) throws Exception {
        begin(RiskProfile.LOW, DEVICES, 2);
        List<Runnable> story =
                List.of(
                        () -> says(0, Step.DOWNLOADING, 10),
                        () -> says(1, Step.DOWNLOADING, 10),
                        () -> says(0, Step.RESTARTING, 100),
                        () -> runs(0),
                        () -> says(1, Step.DOWNLOADING, 60),
                        () -> says(1, Step.RESTARTING, 100),
                        () -> runs(1),
                        () -> world.pass(SOAK),
                        () -> says(2, Step.FAILED, 0),
                        () -> says(3, Step.WRITING, 10),
                        () -> says(3, Step.RESTARTING, 100),
                        () -> runs(3),
                        () -> says(4, Step.RESTARTING, 100),
                        () -> runs(4),
                        () -> world.pass(RETRY),
                        () -> says(2, Step.DOWNLOADING, 10),
                        () -> says(2, Step.RESTARTING, 100),
                        () -> runs(2));

        for (int step = 0; step < story.size(); step++) {
            strikes(fault, step);
            story.get(step).run();
            world.work();
        }

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(places())
                .extracting(place -> place.update().state())
                .containsOnly(UpdateState.CONFIRMED)
                .hasSize(DEVICES);
        assertThat(places())
                .extracting(place -> place.update().attempts())
                .containsExactly(1, 1, 2, 1, 1);
        assertThat(world.tallies(id).stream().mapToInt(Tally::confirmed).sum()).isEqualTo(DEVICES);
        assertThat(recorded("rollout."))
                .containsExactly("rollout.completed", "rollout.wave-begun", "rollout.proposed");
    }

    private void says(int position, Step step, int percent) {
        assertThat(world.says(devices.get(position), id, step, percent)).isEmpty();
    }

    private void runs(int position) {
        assertThat(world.runs(devices.get(position), release, true)).isEmpty();
        assertThat(state(position)).isEqualTo(UpdateState.CONFIRMED);
    }

    private UpdateState state(int position) {
        return world.state(devices.get(position));
    }

    private Optional<Instant> until(int position) {
        return world.place(devices.get(position)).update().until();
    }

    private Instant in(Duration time) {
        return world.clock.instant().plus(time);
    }

    private List<String> recorded(String kind) {
        return world.fleet.audit().entries(world.organization, Long.MAX_VALUE, 100).stream()
                .map(AuditEntry::action)
                .filter(action -> action.startsWith(kind))
                .toList();
    }

    @Test
    void noDeviceCountsAsSilentForAClockSetAheadAndEachDoesForTime() {
        begin(RiskProfile.LOW, 20, 20);
        for (int device = 0; device < 20; device++) {
            says(device, Step.DOWNLOADING, 10);
        }
        world.pass(LEASE.minusMinutes(1));

        clockIsSet(TEN_YEARS);

        assertThat(places())
                .extracting(place -> place.update().state())
                .containsOnly(UpdateState.INSTALLING);
        assertThat(until(0)).contains(in(GRACE));
        world.pass(GRACE.minusSeconds(1));
        assertThat(state(0)).isEqualTo(UpdateState.INSTALLING);
        runs(7);
        world.pass(Duration.ofSeconds(1));
        assertThat(state(0)).isEqualTo(UpdateState.FAILED);
        assertThat(state(7)).isEqualTo(UpdateState.CONFIRMED);
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.PAUSED);
        assertThat(world.rollout(id).pausedFor().orElseThrow())
                .matches("\\d+ of \\d+ devices that have tried it failed, \\d+ of them silently");
        // Whoever was missed was only late.
        runs(0);
    }

    @Test
    void silenceIsNoticedAfterTheWayBack() {
        begin(RiskProfile.LOW, 20, 20);
        clockIsSet(TEN_YEARS);
        for (int device = 0; device < 20; device++) {
            says(device, Step.DOWNLOADING, 10);
        }
        assertThat(until(0)).contains(in(LEASE));

        clockIsSet(TEN_YEARS.negated());

        assertThat(until(0)).contains(in(LEASE));
        world.pass(LEASE.minusSeconds(1));
        assertThat(state(0)).isEqualTo(UpdateState.INSTALLING);
        world.pass(Duration.ofSeconds(1));
        assertThat(state(0)).isEqualTo(UpdateState.FAILED);
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.PAUSED);
    }

    @Test
    void graceThatWasGrantedByAClockAheadEndsAfterARestartOnTheWayBack() {
        begin(RiskProfile.LOW, 1, 1);
        says(0, Step.RESTARTING, 100);
        world.setClock(TEN_YEARS);
        world.restartAndTakeUp();
        assertThat(until(0)).contains(in(GRACE));

        world.setClock(TEN_YEARS.negated());
        world.restartAndTakeUp();

        assertThat(until(0)).contains(in(LEASE));
        world.pass(LEASE);
        assertThat(state(0)).isEqualTo(UpdateState.FAILED);
    }

    @Test
    void aWaveSoaksForAsLongAsItHadTo() {
        begin(RiskProfile.LOW, 3, 1);
        says(0, Step.RESTARTING, 100);
        runs(0);
        Duration half = SOAK.dividedBy(2);
        world.pass(half);

        clockIsSet(TEN_YEARS);

        assertThat(world.rollout(id).wave()).isZero();
        assertThat(world.rollout(id).soaksUntil()).contains(in(half));
        clockIsSet(TEN_YEARS.negated());
        // How much of it was over is not known any more: all of it is waited for.
        assertThat(world.rollout(id).soaksUntil()).contains(in(SOAK));
        world.pass(SOAK.minusSeconds(1));
        assertThat(world.rollout(id).wave()).isZero();
        world.pass(Duration.ofSeconds(1));
        assertThat(world.rollout(id).wave()).isOne();
    }

    @Test
    void aClockThatIsKeptRightBySmallStepsMovesNothing() {
        begin(RiskProfile.LOW, 2, 1);
        says(0, Step.DOWNLOADING, 10);
        List<DevicePlace> before = places();

        clockIsSet(Duration.ofSeconds(59));
        clockIsSet(Duration.ofSeconds(-59));

        assertThat(places()).isEqualTo(before);
    }

    @Test
    void aPostponementEndsByAClockAheadAndTheOwnerIsAskedAgain() throws Exception {
        begin(RiskProfile.STANDARD, 1, 1);
        assertThat(consent()).isEqualTo(UpdateConsent.OWNER);
        says(0, Step.ASKING, 0);
        assertThat(postpone(Duration.ofDays(10))).isInstanceOf(OwnersDecisions.Answer.Taken.class);

        clockIsSet(TEN_YEARS);

        assertThat(consent()).isEqualTo(UpdateConsent.OWNER);
        says(0, Step.ASKING, 0);
        // By that clock their days are over; only they can say yes all the same.
        assertThat(postpone(Duration.ofDays(1)))
                .isInstanceOf(OwnersDecisions.Answer.NotSoLate.class);
        clockIsSet(TEN_YEARS.negated());
        assertThat(state(0)).isEqualTo(UpdateState.ASKING);
        assertThat(postpone(Duration.ofDays(10))).isInstanceOf(OwnersDecisions.Answer.Taken.class);
    }

    @Test
    void whatWasPostponedByAClockAheadIsAskedForWhenItWasMeantTo() throws Exception {
        begin(RiskProfile.STANDARD, 1, 1);
        assertThat(consent()).isEqualTo(UpdateConsent.OWNER);
        clockIsSet(TEN_YEARS);
        says(0, Step.ASKING, 0);
        assertThat(postpone(Duration.ofDays(10))).isInstanceOf(OwnersDecisions.Answer.Taken.class);

        clockIsSet(TEN_YEARS.negated());

        assertThat(until(0)).contains(in(Duration.ofDays(10)));
        // That its device asked in ten years gives nobody ten years to decide.
        assertThat(postpone(Duration.ofDays(15)))
                .isInstanceOf(OwnersDecisions.Answer.NotSoLate.class);
        world.pass(Duration.ofDays(10));
        assertThat(consent()).isEqualTo(UpdateConsent.OWNER);
    }

    @Test
    void aWindowInTenYearsKeepsNobodyWaitingAfterTheWayBack() throws Exception {
        world = new RolloutWorld(location(), RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        // It is noon.
        offersOnlyIn(
                new UpdateWindow(
                        LocalTime.of(14, 0), LocalTime.of(16, 0), EnumSet.allOf(DayOfWeek.class)));
        world.connect(device);
        release = world.publish("1.1", 2);
        id = world.propose(release, RolloutWorld.plan(1));
        world.work();

        clockIsSet(TEN_YEARS);
        clockIsSet(TEN_YEARS.negated());

        assertThat(world.state(device)).isEqualTo(UpdateState.WAITING);
        world.pass(Duration.ofMinutes(130));
        world.update(device, id, release);
        assertThat(world.state(device)).isEqualTo(UpdateState.CONFIRMED);
    }

    @Test
    void itsThreadNoticesTheWayBackThoughNothingIsDueForTenYears() throws Exception {
        world = new RolloutWorld(location(), RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        offersOnlyIn(
                new UpdateWindow(
                        LocalTime.of(11, 0), LocalTime.of(16, 0), EnumSet.allOf(DayOfWeek.class)));
        Duration evening = TEN_YEARS.plusHours(6);
        clockIsSet(evening);
        world.connect(device);
        id = world.propose(world.publish("1.1", 2), RolloutWorld.plan(1));
        world.work();
        // Nothing is left to do at once: the thread begins by waiting for the morning.
        world.work();
        world.updates.start();

        // It is noon, within the window.
        world.setClock(evening.negated());

        assertThat(world.told(device)).isInstanceOf(UpdateOffer.Standing.class);
    }

    private void offersOnlyIn(UpdateWindow window) {
        UpdatePolicies policies = world.updates.policies();
        UpdatePolicy usual = policies.of(world.organization, world.product).orElseThrow().policy();
        UpdatePolicy policy =
                new UpdatePolicy(usual.consent(), 14, 3, Optional.of(window), ZoneOffset.UTC);
        assertThat(
                        policies.change(
                                world.organization,
                                world.product,
                                policy,
                                Optional.empty(),
                                RolloutWorld.OPERATOR))
                .isInstanceOf(UpdatePolicies.Change.Changed.class);
    }

    private UpdateConsent consent() throws Exception {
        return ((UpdateOffer.Standing) world.told(devices.getFirst())).consent();
    }

    private OwnersDecisions.Answer postpone(Duration by) {
        return world.updates
                .owners()
                .postpone(
                        world.organization,
                        devices.getFirst(),
                        id,
                        in(by),
                        event(AuditAction.DEVICE_UPDATE_POSTPONED));
    }

    private AuditEvent event(AuditAction action) {
        return AuditEvent.of(world.organization, RolloutWorld.OPERATOR, action, "device", Map.of());
    }
}
