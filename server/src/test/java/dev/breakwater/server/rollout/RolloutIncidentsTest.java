/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What went wrong elsewhere, played on whole fleets: the incidents of
 * docs/explanation/update-incidents.md that a rollout has to withstand.
 */
class RolloutIncidentsTest {

    private static final int FLEET = 10_000;
    private static final Duration MONTH = Duration.ofDays(30);

    /** The fleet that the plan for usual rollouts meets. */
    private static SimulatedFleet fleet(long seed, SimulatedFleet.Chances chances) {
        return new SimulatedFleet(seed, FLEET, chances, RolloutPlan.USUAL);
    }

    /**
     * CrowdStrike, 2024: 8.5 million machines in 78 minutes, since "content" went to all at once.
     * Every device that takes it is dead.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatKillsEveryDeviceKillsTheFirstOnesOnly(long seed) {
        SimulatedFleet fleet = fleet(seed, new SimulatedFleet.Chances(1_000, 1_000, 0)).run(MONTH);

        assertThat(fleet.rollout().state()).isEqualTo(RolloutState.PAUSED);
        assertThat(fleet.rollout().wave()).isZero();
        assertThat(fleet.everOffered()).isBetween(1, FLEET / 400);
        assertThat(fleet.counted().confirmed()).isZero();
    }

    /** And nobody can plan it otherwise by accident: a usual rollout has waves, and they grow. */
    @Test
    void wavesAreTheUsualAndEachReachesMoreThanTheOneBefore() {
        assertThat(RolloutPlan.USUAL.waves()).hasSizeGreaterThan(2);
        RolloutPlan usual = RolloutPlan.USUAL;
        List<Wave> backwards = List.copyOf(usual.waves()).reversed();
        assertThatThrownBy(
                        () ->
                                new RolloutPlan(
                                        backwards,
                                        usual.gate(),
                                        usual.inFlightAtFirst(),
                                        usual.inFlightMax(),
                                        usual.attemptsMax(),
                                        usual.lease(),
                                        usual.retryAfter()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Rivian 2023.42: the last wave got another build than the first had proven. Here a rollout is
     * of one hash, from the proposal to its end, whatever becomes of it.
     */
    @Test
    void theLastWaveGetsTheBytesThatTheFirstHasProven() {
        SimulatedFleet fleet = fleet(7, new SimulatedFleet.Chances(200, 0, 1)).run(MONTH);

        assertThat(fleet.rollout().state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(fleet.rollout().wave()).isEqualTo(RolloutPlan.USUAL.waves().size() - 1);
        assertThat(fleet.rollout().release()).isEqualTo(SimulatedFleet.RELEASE);
    }

    /**
     * hawkBit #693: a device that never answers was "proceeding" for ever, and a rollout with it.
     * Here a fleet half of which falls silent comes to an end, and nobody calls it a success.
     */
    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void devicesThatFallSilentStopTheRolloutAndAreNoSuccess(long seed) {
        SimulatedFleet fleet = fleet(seed, new SimulatedFleet.Chances(500, 1_000, 0)).run(MONTH);

        assertThat(fleet.rollout().state()).isEqualTo(RolloutState.PAUSED);
        assertThat(fleet.rollout().pausedFor().orElseThrow()).contains("silently");
        assertThat(fleet.counted().confirmed()).isEqualTo(fleet.installations().size());
        assertThat(fleet.everOffered()).isLessThanOrEqualTo(FLEET / 100);
    }

    /**
     * hawkBit #535: every device asked in the second in which the window opened. Here each begins
     * at its own time, and all within the window.
     */
    @Test
    void aFleetThatWaitsForTheWindowBeginsApart() {
        ZoneId zone = ZoneOffset.UTC;
        UpdateWindow nights =
                new UpdateWindow(
                        LocalTime.of(23, 0), LocalTime.of(5, 0), EnumSet.allOf(DayOfWeek.class));
        Instant noon = Instant.parse("2026-12-01T12:00:00Z");
        Random random = new Random(20_261_127);
        Map<Long, Integer> bySecond = new HashMap<>();
        for (int device = 0; device < FLEET; device++) {
            Duration jitter = Duration.ofSeconds(random.nextInt(3_600));
            Instant begins = nights.begins(noon, zone, jitter);
            assertThat(nights.isOpen(begins, zone)).isTrue();
            bySecond.merge(begins.getEpochSecond(), 1, Integer::sum);
        }
        assertThat(bySecond.values()).allMatch(together -> together <= FLEET / 500);
        // Nor are there more at it at a time than the plan has room for.
        assertThat(RolloutPlan.USUAL.inFlightMax()).isLessThan(FLEET);
    }
}
