/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole fleets in simulated time; each seed is another fleet, and the same fleet every time. */
final class SimulatedRolloutTest {

    private static final int FLEET = 10_000;
    private static final Duration MONTH = Duration.ofDays(30);
    private static final SimulatedFleet.Chances GOOD = new SimulatedFleet.Chances(200, 0, 1);

    /** What {@code ./build drill update} shows. */
    private static void say(String figure) {
        if (Boolean.getBoolean("breakwater.drill")) {
            System.out.println(figure);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 200, 500})
    void aReleaseThatBricksARevisionMeetsAHundredthOfTheFleetAtMost(int secondPerThousand) {
        int most = 0;
        for (long seed = 1; seed <= 3; seed++) {
            SimulatedFleet fleet =
                    new SimulatedFleet(
                                    seed,
                                    FLEET,
                                    new SimulatedFleet.Chances(secondPerThousand, 300, 0),
                                    RolloutPlan.USUAL)
                            .run(MONTH);

            assertThat(fleet.rollout().state()).as("seed %d", seed).isEqualTo(RolloutState.PAUSED);
            assertThat(fleet.rollout().wave()).as("seed %d", seed).isZero();
            most = Math.max(most, fleet.everOffered());
            assertThat(fleet.everOffered()).as("seed %d", seed).isLessThanOrEqualTo(FLEET / 100);
            assertThat(fleet.rollout().pausedFor().orElseThrow()).contains("silently");
        }
        say(
                "a release that bricks 30 %% of a revision that %.1f %% have, 3 fleets of %,d: stopped after %d devices at most, 1 %% allowed"
                        .formatted(secondPerThousand / 10.0, FLEET, most));
    }

    @Test
    void aGoodReleaseReachesEverybodyWhoComesOnlineOnce() {
        SimulatedFleet fleet = new SimulatedFleet(7, FLEET, GOOD, RolloutPlan.USUAL).run(MONTH);

        assertThat(fleet.rollout().state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(fleet.counted().confirmed()).isGreaterThan(FLEET * 90 / 100);
        assertThat(fleet.installations().values()).containsOnly(1);
        assertThat(fleet.kept()).isEqualTo(fleet.counted());
        say(
                "a good release, a fleet of %,d: %,d confirmed, none installed it twice"
                        .formatted(FLEET, fleet.counted().confirmed()));
    }

    @Test
    void aReleaseThatRevertsOnATenthOfTheDevicesStopsInTheFirstWave() {
        SimulatedFleet fleet =
                new SimulatedFleet(
                                11,
                                FLEET,
                                new SimulatedFleet.Chances(200, 0, 100),
                                RolloutPlan.USUAL)
                        .run(MONTH);

        assertThat(fleet.rollout().state()).isEqualTo(RolloutState.PAUSED);
        assertThat(fleet.rollout().wave()).isZero();
        assertThat(fleet.everOffered()).isLessThanOrEqualTo(FLEET / 200);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        SimulatedFleet.Chances chances = new SimulatedFleet.Chances(300, 2, 3);

        SimulatedFleet once = new SimulatedFleet(42, 2_000, chances, RolloutPlan.USUAL).run(MONTH);
        SimulatedFleet again = new SimulatedFleet(42, 2_000, chances, RolloutPlan.USUAL).run(MONTH);
        SimulatedFleet other = new SimulatedFleet(43, 2_000, chances, RolloutPlan.USUAL).run(MONTH);

        assertThat(again.story()).isEqualTo(once.story()).isNotEmpty();
        assertThat(other.story()).isNotEqualTo(once.story());
    }

    @Test
    void aRareRevisionIsInTheFirstWave() {
        SimulatedFleet fleet =
                new SimulatedFleet(
                        5, FLEET, new SimulatedFleet.Chances(10, 0, 0), RolloutPlan.USUAL);

        assertThat(fleet.inFirstWave("rev-2")).isEqualTo(25);
        assertThat(fleet.inFirstWave("rev-1")).isEqualTo(25);
    }
}
