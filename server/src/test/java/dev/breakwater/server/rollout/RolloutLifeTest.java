/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts from proposal to end, with a real store and devices that speak their payloads. */
class RolloutLifeTest {

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // each test begins with it
    private RolloutWorld world;

    private RolloutWorld world(RiskProfile risk) {
        world =
                new RolloutWorld(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")), risk);
        return world;
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void reachesAWaveAfterTheOtherAndIsConfirmedByWhatDevicesRun() throws Exception {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(6);
        devices.forEach(world::connect);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(2));
        world.work();

        List<DeviceId> first = ofWave(id, 0);
        assertThat(first).hasSize(2);
        for (DeviceId device : first) {
            world.update(device, id, release);
            assertThat(world.state(device)).isEqualTo(UpdateState.CONFIRMED);
        }
        assertThat(world.rollout(id).wave()).isEqualTo(1);
        world.work();
        for (DeviceId device : ofWave(id, 1)) {
            world.update(device, id, release);
        }

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(world.tallies(id).stream().mapToInt(Tally::confirmed).sum()).isEqualTo(6);
        assertThat(world.fleet.audit().entries(world.organization, Long.MAX_VALUE, 10))
                .extracting(entry -> entry.action())
                .contains("rollout.proposed", "rollout.wave-begun", "rollout.completed");
    }

    @Test
    void goesThroughAFleetOfOneDeviceThoughMostWavesHaveNone() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutPlan.USUAL);
        world.work();
        world.update(device, id, release);

        world.pass(Duration.ofHours(24));

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void tellsWhoComesOnlineLaterAndAgainWhoSubscribesAgain() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        world.work();
        assertThat(world.state(device)).isEqualTo(UpdateState.WAITING);

        world.connect(device);
        world.work();
        UpdateOffer.Standing offer = (UpdateOffer.Standing) world.told(device);
        assertThat(offer.path()).isEqualTo("1.1/tank.zip");
        assertThat(offer.consent()).isEqualTo(UpdateConsent.AUTOMATIC);
        assertThat(new String(offer.statement().bytes(), UTF_8)).contains(device.toString());

        world.disconnect(device);
        world.connect(device);
        world.update(device, id, release);
        world.connect(device);
        assertThat(world.wasTold(device)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"state\":\"running\"}",
                "{\"state\":\"downloading\"}",
                "{\"rollout\":\"%s\",\"state\":\"downloading\",\"percent\":101}",
                "{\"rollout\":\"%s\",\"state\":\"confirmed\"}",
                "{\"rollout\":\"%s\",\"state\":\"downloading\",\"more\":1}",
                "{\"rollout\":\"%s\",\"rollout\":\"%s\",\"state\":\"downloading\"}"
            })
    void refusesAMalformedStatusAndChangesNothing(String text) throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        RolloutId id = world.propose(world.publish("1.1", 2), RolloutWorld.plan(1));
        world.work();
        world.told(device);
        DevicePlace before = world.place(device);

        assertThat(world.says(device, text.replace("%s", id.toString()).getBytes(UTF_8)))
                .isPresent();

        assertThat(world.place(device)).isEqualTo(before);
    }

    @Test
    void believesNoProgressBackwardsNoSuccessWithoutABeginningAndNoForeignRollout()
            throws Exception {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(2);
        DeviceId device = devices.getFirst();
        world.connect(device);
        Release release = world.publish("1.1", 2);
        RolloutId id =
                ((Rollouts.Outcome.Done<RolloutEntry>)
                                world.proposed(
                                        release,
                                        RolloutTarget.of(Set.of(new DeviceSerial("A-0"))),
                                        RolloutWorld.plan(1),
                                        Optional.of(world.author)))
                        .value()
                        .id();
        world.work();
        world.told(device);

        // Not well, without a beginning: what it says it runs is kept, and its place stays.
        assertThat(world.runs(device, release, false)).isEmpty();
        assertThat(world.state(device)).isEqualTo(UpdateState.OFFERED);
        assertThat(world.says(device, id, Step.REVERTED, 0)).isPresent();
        // Another device's rollout, and one that is not there: the same answer.
        Optional<String> foreign = world.says(devices.get(1), id, Step.DOWNLOADING, 1);
        assertThat(foreign)
                .isPresent()
                .isEqualTo(
                        world.says(
                                device,
                                new RolloutId(RolloutWorld.unknown()),
                                Step.DOWNLOADING,
                                1));
        // Backwards.
        assertThat(world.says(device, id, Step.WRITING, 50)).isEmpty();
        DevicePlace before = world.place(device);
        assertThat(world.says(device, id, Step.WRITING, 49)).isPresent();
        assertThat(world.says(device, id, Step.DOWNLOADING, 99)).isPresent();
        assertThat(world.says(device, id, Step.ASKING, 0)).isPresent();
        assertThat(world.place(device)).isEqualTo(before);
        // Said again, which a device does that got no acknowledgement.
        assertThat(world.says(device, id, Step.WRITING, 50)).isEmpty();
        assertThat(world.place(device)).isEqualTo(before);
        // Not well, or something else: no success.
        assertThat(world.runs(device, release, false)).isEmpty();
        assertThat(world.state(device)).isEqualTo(UpdateState.INSTALLING);
        assertThat(world.runs(device, release, true)).isEmpty();
        assertThat(world.state(device)).isEqualTo(UpdateState.CONFIRMED);
        assertThat(world.tallies(id).getFirst().confirmed()).isEqualTo(1);
    }

    @Test
    void countsSilenceAsFailureTriesAgainAndPausesByItself() throws Exception {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(3);
        devices.forEach(world::connect);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(3));
        world.work();
        for (DeviceId device : devices) {
            world.told(device);
            assertThat(world.says(device, id, Step.RESTARTING, 0)).isEmpty();
        }
        world.pass(Duration.ofHours(1));

        assertThat(world.tallies(id).getFirst().silent()).isEqualTo(3);
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.PAUSED);
        assertThat(world.rollout(id).pausedFor().orElseThrow()).contains("silently");
        world.pass(Duration.ofHours(3));
        assertThat(world.wasTold(devices.getFirst())).isFalse();

        // One of them was only late; the others get their second attempt when somebody resumes.
        assertThat(world.runs(devices.getFirst(), release, true)).isEmpty();
        assertThat(world.state(devices.getFirst())).isEqualTo(UpdateState.CONFIRMED);
    }

    @Test
    void triesAgainAfterAFailureAndNoMoreThanThePlanLets() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        for (int attempt = 1; attempt <= 2; attempt++) {
            world.work();
            world.told(device);
            assertThat(world.says(device, id, Step.FAILED, 0)).isEmpty();
            assertThat(world.place(device).update().attempts()).isEqualTo(attempt);
            world.pass(Duration.ofHours(2));
        }
        world.pass(Duration.ofDays(1));
        assertThat(world.wasTold(device)).isFalse();
        assertThat(world.fleet.livePlaces(device)).isZero();
        assertThat(sentence(id, device)).contains("no attempts left");
    }

    @Test
    void offersNothingWhilePausedOrStoppedAndTellsWhoWasToldToForgetIt() throws Exception {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(2);
        DeviceId told = devices.getFirst();
        world.connect(told);
        RolloutId id = world.propose(world.publish("1.1", 2), RolloutWorld.plan(2));
        world.work();
        world.told(told);
        UpdateStops stops = world.updates.stops();
        stops.stopAll(world.organization, "fire", RolloutWorld.OPERATOR);
        assertThat(world.told(told)).isInstanceOf(UpdateOffer.Withdrawn.class);
        world.connect(devices.get(1));
        world.work();
        assertThat(world.state(devices.get(1))).isEqualTo(UpdateState.WAITING);
        assertThat(stops.allowAll(world.organization, RolloutWorld.OPERATOR)).isTrue();
        world.work();
        assertThat(world.told(told)).isInstanceOf(UpdateOffer.Standing.class);
        assertThat(world.told(devices.get(1))).isInstanceOf(UpdateOffer.Standing.class);

        Rollouts rollouts = world.updates.rollouts();
        var _ = rollouts.abort(world.organization, id, "wrong build", RolloutWorld.OPERATOR);
        assertThat(world.told(told)).isInstanceOf(UpdateOffer.Withdrawn.class);
        assertThat(world.state(told)).isEqualTo(UpdateState.WITHDRAWN);
        assertThat(world.fleet.livePlaces(told)).isZero();
        assertThat(world.tallies(id).getFirst().out()).isEqualTo(2);
    }

    @Test
    void forgetsADeviceThatIsRevokedWhileItInstalls() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        RolloutId id = world.propose(world.publish("1.1", 2), RolloutWorld.plan(1));
        world.work();
        world.told(device);
        assertThat(world.says(device, id, Step.DOWNLOADING, 1)).isEmpty();

        world.fleet.revoke(world.organization, device);

        assertThat(world.state(device)).isEqualTo(UpdateState.WITHDRAWN);
        assertThat(world.tallies(id).getFirst().inFlight()).isZero();
        assertThat(world.says(device, id, Step.RESTARTING, 0)).isPresent();
    }

    @Test
    void pausesWhenTheReleaseKeysWithdrawTheRelease() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        world.releases.withdraw(release);
        world.connect(device);
        world.work();
        world.updates.close();

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.PAUSED);
        assertThat(world.wasTold(device)).isFalse();
    }

    @Test
    void tellsWhoHasNotBegunAgainWhenTheDirectorHasAnotherKey() throws Exception {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(3);
        DeviceId begun = devices.get(0);
        DeviceId told = devices.get(1);
        world.connect(begun);
        world.connect(told);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(3));
        world.work();
        assertThat(world.told(begun)).isInstanceOf(UpdateOffer.Standing.class);
        UpdateOffer.Standing before = (UpdateOffer.Standing) world.told(told);
        assertThat(world.says(begun, id, Step.DOWNLOADING, 10)).isEmpty();

        world.updates.directedAnew(world.organization, world.product);

        UpdateOffer.Standing anew = (UpdateOffer.Standing) world.told(told);
        assertThat(anew.rollout()).isEqualTo(before.rollout());
        assertThat(world.place(told).update().attempts()).isZero();
        assertThat(world.says(told, id, Step.RESTARTING, 100)).isEmpty();
        assertThat(world.runs(told, release, true)).isEmpty();
        assertThat(world.state(told)).isEqualTo(UpdateState.CONFIRMED);
        world.updates.close();
        assertThat(world.wasTold(begun)).isFalse();
        assertThat(world.state(devices.get(2))).isEqualTo(UpdateState.WAITING);
    }

    private List<DeviceId> ofWave(RolloutId id, int wave) {
        return world.store().places(world.organization, id, Optional.empty(), -1, 100).stream()
                .filter(place -> place.update().wave() == wave)
                .map(DevicePlace::device)
                .toList();
    }

    private String sentence(RolloutId id, DeviceId device) {
        return Explanation.of(
                world.store().find(world.organization, id).orElseThrow(),
                world.place(device),
                false);
    }

    @Test
    void aRolloutIsNewerThanOneOfAClockThatWasAhead() throws Exception {
        world(RiskProfile.LOW);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        world.work();
        world.update(device, id, release);
        RolloutId inTenYears = RolloutId.parse("0fff0000-1234-7000-8000-000000000000");
        RolloutEntry known = world.store().find(world.organization, id).orElseThrow();
        RolloutEntry far =
                known.at(
                        Rollout.propose(
                                inTenYears,
                                world.organization,
                                world.product,
                                release.hash(),
                                RolloutWorld.plan(1),
                                Approvals.proposedBy(world.author, Approvals.ONE_PERSON)));
        var _ =
                world.store()
                        .propose(
                                far,
                                RolloutTarget.ALL,
                                List.of(DeviceUpdate.waiting(device, 0)),
                                AuditEvent.of(
                                        world.organization,
                                        RolloutWorld.OPERATOR,
                                        AuditAction.ROLLOUT_PROPOSED,
                                        "rollout:" + inTenYears,
                                        Map.of()));
        var _ =
                world.updates
                        .rollouts()
                        .abort(world.organization, inTenYears, "wrong", RolloutWorld.OPERATOR);

        Release next = world.publish("1.2", 3);
        RolloutId now = world.propose(next, RolloutWorld.plan(1));
        world.work();

        assertThat(now.toString()).isGreaterThan(inTenYears.toString());
        world.update(device, now, next);
        assertThat(world.place(device).rollout()).isEqualTo(now);
        assertThat(world.state(device)).isEqualTo(UpdateState.CONFIRMED);
    }
}
