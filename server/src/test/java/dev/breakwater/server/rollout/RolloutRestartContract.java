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
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server is started again between two steps of a rollout, with nothing but its database: the
 * places stand where they stood, who has an offer is told of it once more and nobody else is, and
 * the story ends as it does without a restart.
 */
@SuppressWarnings("NullAway.Init") // each story begins with begin()
abstract class RolloutRestartContract {

    private static final int DEVICES = 5;
    private static final RolloutPlan PLAN =
            new RolloutPlan(
                    List.of(
                            new Wave(new Wave.Count(2), Duration.ofHours(1)),
                            new Wave(new Wave.Part(Share.ALL), Duration.ZERO)),
                    Gate.USUAL,
                    20,
                    1_000,
                    2,
                    Duration.ofHours(3),
                    Duration.ofHours(2));

    /** A step of the story; the devices' side of it is in the test, which outlives the server. */
    private interface Act {

        void happens() throws Exception;
    }

    private RolloutWorld world;
    private RolloutId id;
    private Release release;

    /** Who has an offer that stands, as far as they know. */
    private final Set<DeviceId> knowing = new HashSet<>();

    abstract DatabaseLocation location();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 1, 2, 3})
    void aRolloutGoesOnAsIfNothingHadHappened(int stepsBetweenRestarts) throws Exception {
        begin(RiskProfile.LOW);
        List<Act> story =
                List.of(
                        () -> world.work(),
                        () -> progresses(0, Step.DOWNLOADING, 10),
                        () -> progresses(0, Step.RESTARTING, 100),
                        () -> runs(0),
                        this::isPaused,
                        this::isResumed,
                        () -> progresses(1, Step.DOWNLOADING, 10),
                        () -> progresses(1, Step.DOWNLOADING, 60),
                        () -> progresses(1, Step.RESTARTING, 100),
                        () -> runs(1),
                        () -> soaks(Duration.ofMinutes(59)),
                        () -> world.pass(Duration.ofMinutes(1)),
                        () -> progresses(2, Step.FAILED, 0),
                        () -> progresses(3, Step.WRITING, 10),
                        () -> progresses(3, Step.RESTARTING, 100),
                        () -> progresses(4, Step.RESTARTING, 100),
                        () -> runs(3),
                        () -> runs(4),
                        // The one that has failed is left alone for two hours.
                        () -> world.pass(Duration.ofHours(2)),
                        () -> progresses(2, Step.DOWNLOADING, 10),
                        () -> progresses(2, Step.RESTARTING, 100),
                        () -> runs(2));

        play(story, stepsBetweenRestarts);

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(places())
                .extracting(place -> place.update().state())
                .containsOnly(UpdateState.CONFIRMED)
                .hasSize(DEVICES);
        assertThat(places())
                .extracting(place -> place.update().attempts())
                .containsExactly(1, 1, 2, 1, 1);
        assertThat(told("rollout."))
                .containsExactly(
                        "rollout.completed",
                        "rollout.wave-begun",
                        "rollout.resumed",
                        "rollout.paused",
                        "rollout.proposed");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 1, 2, 3})
    void whatPeopleDecideHoldsOn(int stepsBetweenRestarts) throws Exception {
        begin(RiskProfile.STANDARD);
        List<Act> story =
                List.of(
                        () -> world.work(),
                        () -> progresses(0, Step.ASKING, 0),
                        () -> isPostponed(0, Duration.ofDays(1)),
                        () -> progresses(1, Step.ASKING, 0),
                        () -> isApproved(1),
                        this::areStopped,
                        this::areAllowed,
                        () -> progresses(1, Step.DOWNLOADING, 10),
                        () -> world.pass(Duration.ofHours(1)),
                        () -> progresses(1, Step.RESTARTING, 100),
                        () -> runs(1),
                        () -> world.pass(Duration.ofHours(23)),
                        () -> progresses(0, Step.ASKING, 0),
                        this::isAborted);

        play(story, stepsBetweenRestarts);

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.ABORTED);
        assertThat(places())
                .extracting(place -> place.update().state())
                .containsExactly(
                        UpdateState.WITHDRAWN,
                        UpdateState.CONFIRMED,
                        UpdateState.WITHDRAWN,
                        UpdateState.WITHDRAWN,
                        UpdateState.WITHDRAWN);
        assertThat(told("device-update."))
                .containsExactly("device-update.approved", "device-update.postponed");
    }

    private void begin(RiskProfile risk) {
        world = new RolloutWorld(location(), risk);
        world.devices(DEVICES).forEach(world::connect);
        release = world.publish("1.1", 2);
        id = world.propose(release, PLAN);
    }

    private void play(List<Act> story, int stepsBetweenRestarts) throws Exception {
        for (int step = 0; step < story.size(); step++) {
            if ((step + 1) % stepsBetweenRestarts == 0) {
                isStartedAgain();
            }
            story.get(step).happens();
            world.work();
            hear();
        }
        world.updates.close();
        nobodyWasTold();
        assertThat(world.tallies(id).stream().mapToInt(Tally::devices).sum()).isEqualTo(DEVICES);
    }

    /** What is in the database is all that is left; then everybody comes again. */
    private void isStartedAgain() throws Exception {
        world.updates.close();
        nobodyWasTold();
        List<DevicePlace> places = places();
        Rollout rollout = world.rollout(id);
        List<Tally> tallies = world.tallies(id);

        world.restart();

        assertThat(places()).isEqualTo(places);
        assertThat(world.rollout(id)).isEqualTo(rollout);
        assertThat(world.tallies(id)).isEqualTo(tallies);
        Set<DeviceId> knewBefore = Set.copyOf(knowing);
        knowing.clear();
        for (DevicePlace place : places) {
            world.connect(place.device());
        }
        for (DevicePlace place : places) {
            tellsAgain(place, knewBefore);
        }
        world.work();
        hear();
    }

    /** Whoever subscribes is told what holds, once; the others have nothing to do. */
    private void tellsAgain(DevicePlace place, Set<DeviceId> knewBefore) throws Exception {
        DeviceId device = place.device();
        UpdateState state = place.update().state();
        boolean isTold = state == UpdateState.OFFERED || state == UpdateState.ASKING;
        boolean offers = world.store().standing(world.organization, device).orElseThrow().offers();
        if (offers && (isTold || state == UpdateState.INSTALLING)) {
            assertThat(world.told(device)).isInstanceOf(UpdateOffer.Standing.class);
            if (isTold) {
                assertThat(knewBefore).contains(device);
                knowing.add(device);
            }
        } else if (isTold || state == UpdateState.WITHDRAWN) {
            assertThat(world.told(device)).isInstanceOf(UpdateOffer.Withdrawn.class);
        }
        assertThat(world.wasTold(device)).as("%s is told more than once", place).isFalse();
    }

    /** Who has come to be offered it by a step is told so, once. */
    private void hear() throws Exception {
        for (DevicePlace place : places()) {
            DeviceId device = place.device();
            DeviceStanding standing =
                    world.store().standing(world.organization, device).orElseThrow();
            if (place.update().state() == UpdateState.OFFERED
                    && standing.offers()
                    && knowing.add(device)) {
                assertThat(world.told(device)).isInstanceOf(UpdateOffer.Standing.class);
            }
        }
    }

    private void nobodyWasTold() {
        for (DevicePlace place : places()) {
            assertThat(world.wasTold(place.device())).as("%s is told again", place).isFalse();
        }
    }

    private List<DevicePlace> places() {
        return world.store().places(world.organization, id, Optional.empty(), -1, DEVICES + 1);
    }

    private DeviceId device(int position) {
        return places().get(position).device();
    }

    private List<String> told(String kind) {
        return world.fleet.audit().entries(world.organization, Long.MAX_VALUE, 100).stream()
                .map(AuditEntry::action)
                .filter(action -> action.startsWith(kind))
                .toList();
    }

    private void progresses(int position, Step step, int percent) {
        DeviceId device = device(position);
        assertThat(world.says(device, id, step, percent)).isEmpty();
        if (step != Step.ASKING) {
            knowing.remove(device);
        }
    }

    private void runs(int position) {
        assertThat(world.runs(device(position), release, true)).isEmpty();
        assertThat(world.state(device(position))).isEqualTo(UpdateState.CONFIRMED);
    }

    private void soaks(Duration time) {
        world.pass(time);
        assertThat(world.rollout(id).wave()).isZero();
        assertThat(world.state(device(2))).isEqualTo(UpdateState.WAITING);
    }

    private void isPaused() throws Exception {
        var _ =
                world.updates
                        .rollouts()
                        .pause(world.organization, id, "lunch", RolloutWorld.OPERATOR);
        allForget();
    }

    private void isResumed() throws Exception {
        var _ = world.updates.rollouts().resume(world.organization, id, RolloutWorld.OPERATOR);
        hear();
    }

    /** Who was told and has not begun is told to forget it. */
    private void allForget() throws Exception {
        assertThat(knowing).isNotEmpty();
        for (DeviceId device : knowing) {
            assertThat(world.told(device)).isInstanceOf(UpdateOffer.Withdrawn.class);
        }
        knowing.clear();
    }

    private void areStopped() throws Exception {
        world.updates.stops().stopAll(world.organization, "fire", RolloutWorld.OPERATOR);
        allForget();
    }

    private void areAllowed() {
        assertThat(world.updates.stops().allowAll(world.organization, RolloutWorld.OPERATOR))
                .isTrue();
    }

    private void isAborted() throws Exception {
        var _ =
                world.updates
                        .rollouts()
                        .abort(world.organization, id, "wrong build", RolloutWorld.OPERATOR);
        allForget();
    }

    private void isPostponed(int position, Duration by) {
        assertThat(
                        world.updates
                                .owners()
                                .postpone(
                                        world.organization,
                                        device(position),
                                        id,
                                        world.clock.instant().plus(by),
                                        event(AuditAction.DEVICE_UPDATE_POSTPONED)))
                .isInstanceOf(OwnersDecisions.Answer.Taken.class);
        knowing.remove(device(position));
    }

    /** It is offered once more, and with the word given. */
    private void isApproved(int position) throws Exception {
        DeviceId device = device(position);
        assertThat(
                        world.updates
                                .owners()
                                .approve(
                                        world.organization,
                                        device,
                                        id,
                                        event(AuditAction.DEVICE_UPDATE_APPROVED)))
                .isInstanceOf(OwnersDecisions.Answer.Taken.class);
        world.work();
        UpdateOffer offer = world.told(device);
        assertThat(((UpdateOffer.Standing) offer).consent()).isEqualTo(UpdateConsent.GIVEN);
        knowing.add(device);
    }

    private AuditEvent event(AuditAction action) {
        return AuditEvent.of(world.organization, RolloutWorld.OPERATOR, action, "device", Map.of());
    }
}
