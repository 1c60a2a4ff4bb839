/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device is told, the server goes off, and the device installs the release: the first thing that
 * anybody hears of it is what it runs.
 */
final class UnheardInstallationTest {

    private RolloutWorld world;
    private Release release;
    private RolloutId id;
    private DeviceId first;
    private DeviceId second;

    @BeforeEach
    void begin(@TempDir Path directory) {
        world =
                new RolloutWorld(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        RiskProfile.LOW);
        List<DeviceId> devices = world.devices(2);
        devices.forEach(world::connect);
        first = devices.get(0);
        second = devices.get(1);
        release = world.publish("1.1", 2);
        id = world.propose(release, RolloutWorld.plan(2));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void isToldAndLosesTheServer(DeviceId device) throws Exception {
        world.work();
        var _ = world.told(device);
        world.restart();
    }

    /** It comes back before or after its offer has lapsed. */
    @ParameterizedTest
    @ValueSource(longs = {0, 5})
    void isConfirmedThoughNobodyHeardItBegin(long hoursUntilHeard) throws Exception {
        assertThat(world.runsFactory(first, "rev-a")).isEmpty();
        isToldAndLosesTheServer(first);
        world.pass(Duration.ofHours(hoursUntilHeard));
        assertThat(world.state(first))
                .isEqualTo(hoursUntilHeard == 0 ? UpdateState.OFFERED : UpdateState.WAITING);

        // It is not well at once: a trial that nobody saw begin.
        assertThat(world.runs(first, release, false)).isEmpty();
        assertThat(world.state(first)).isEqualTo(UpdateState.TRYING);
        world.restart();
        assertThat(world.runs(first, release, true)).isEmpty();

        assertThat(world.state(first)).isEqualTo(UpdateState.CONFIRMED);
        assertThat(world.place(first).update().attempts()).isEqualTo(1);
        assertThat(confirmed()).isEqualTo(1);
        isNotToldAgain(first);
    }

    @Test
    void isAFailureIfItGoesBackOrIsNotHeardOfAgain() throws Exception {
        for (DeviceId device : List.of(first, second)) {
            assertThat(world.runsFactory(device, "rev-a")).isEmpty();
        }
        isToldAndLosesTheServer(first);
        for (DeviceId device : List.of(first, second)) {
            assertThat(world.runs(device, release, false)).isEmpty();
        }

        assertThat(world.runsFactory(first, "rev-a")).isEmpty();
        world.pass(Duration.ofHours(1));

        assertThat(world.place(first).update().failure()).contains(Failure.REVERTED);
        assertThat(world.place(second).update().failure()).contains(Failure.SILENT);
        assertThat(confirmed()).isZero();
    }

    @Test
    void isNoSuccessOfOneThatRanTheReleaseBeforeItWasToldOrNeverSaidWhatItRan() throws Exception {
        assertThat(world.runsFactory(first, "rev-a")).isEmpty();
        assertThat(world.runs(first, release, true)).isEmpty();
        isToldAndLosesTheServer(second);

        for (DeviceId device : List.of(first, second)) {
            assertThat(world.runs(device, release, true)).isEmpty();

            assertThat(world.state(device)).isEqualTo(UpdateState.INELIGIBLE);
            assertThat(world.fleet.livePlaces(device)).isZero();
        }
        assertThat(confirmed()).isZero();
        isNotToldAgain(second);
    }

    @Test
    void isSeenAlsoIfTheRolloutWasAbortedBeforeItCouldBeHeardOf() throws Exception {
        assertThat(world.runsFactory(first, "rev-a")).isEmpty();
        isToldAndLosesTheServer(first);
        var _ =
                world.updates
                        .rollouts()
                        .abort(world.organization, id, "wrong build", RolloutWorld.OPERATOR);
        assertThat(world.state(first)).isEqualTo(UpdateState.WITHDRAWN);

        assertThat(world.runs(first, release, true)).isEmpty();

        assertThat(world.state(first)).isEqualTo(UpdateState.CONFIRMED);
        assertThat(confirmed()).isEqualTo(1);
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.ABORTED);
    }

    private int confirmed() {
        return world.tallies(id).stream().mapToInt(Tally::confirmed).sum();
    }

    private void isNotToldAgain(DeviceId device) {
        assertThat(world.fleet.livePlaces(device)).isZero();
        world.connect(device);
        world.pass(Duration.ofHours(1));
        world.updates.close();
        assertThat(world.wasTold(device)).isFalse();
    }
}
