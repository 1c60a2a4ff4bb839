/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that bricks, and the real orchestrator over a real store: few devices meet it. */
@Tag("system")
final class BrickedFleetTest {

    private static final int FLEET = 10_000;
    private static final Duration ROUND = Duration.ofMinutes(5);

    @TempDir Path directory;

    @Test
    void aReleaseThatBricksARevisionMeetsAHundredthOfTheFleetAtMost() throws Exception {
        long seed = Long.getLong("breakwater.seed", 7);
        Random random = new Random(seed);
        try (RolloutWorld world =
                new RolloutWorld(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        RiskProfile.LOW)) {
            Set<DeviceId> bricking = connected(world, random);
            Release release = world.publish("1.1", 2);
            RolloutId id = world.propose(release, RolloutPlan.USUAL);

            Set<DeviceId> offered = new HashSet<>();
            while (world.rollout(id).state() == RolloutState.RUNNING
                    && world.clock
                            .instant()
                            .isBefore(RolloutWorld.START.plus(Duration.ofDays(30)))) {
                world.pass(ROUND);
                for (DevicePlace place : offers(world, id)) {
                    offered.add(place.device());
                    assertThat(world.says(place.device(), id, Step.RESTARTING, 0)).isEmpty();
                    if (!bricking.contains(place.device())) {
                        assertThat(world.runs(place.device(), release, true)).isEmpty();
                    }
                }
            }

            assertThat(world.rollout(id).state())
                    .as("seed %d", seed)
                    .isEqualTo(RolloutState.PAUSED);
            assertThat(world.rollout(id).wave()).as("seed %d", seed).isZero();
            assertThat(offered).hasSizeBetween(1, FLEET / 100).containsAnyElementsOf(bricking);
            System.out.println(
                    "a release that bricks 30 %% of a revision that 20 %% of %,d devices have: stopped after %d"
                            .formatted(FLEET, offered.size()));
        }
    }

    /** A fleet that has said what it runs; returns who bricks. */
    private static Set<DeviceId> connected(RolloutWorld world, Random random) {
        Set<DeviceId> bricking = new HashSet<>();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (DeviceId device : world.devices(FLEET)) {
                boolean second = random.nextInt(100) < 20;
                if (second && random.nextInt(100) < 30) {
                    bricking.add(device);
                }
                world.connect(device);
                many.execute(() -> world.runsFactory(device, second ? "rev-b" : "rev-a"));
            }
        }
        return bricking;
    }

    private static List<DevicePlace> offers(RolloutWorld world, RolloutId id) {
        return world.store()
                .places(world.organization, id, Optional.of(UpdateState.OFFERED), -1, FLEET);
    }
}
