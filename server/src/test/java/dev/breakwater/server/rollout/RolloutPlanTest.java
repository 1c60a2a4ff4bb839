/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.release.ReleaseHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RolloutPlanTest {

    private static final Instant NOW = Instant.parse("2026-12-01T02:00:00Z");
    private static final RolloutPlan PLAN = RolloutPlan.USUAL;
    private static final Wave ALL = new Wave(new Wave.Part(Share.ALL), Duration.ZERO);

    @Test
    void offersToAFewAtATime() {
        Tally wave = waiting(500);

        assertThat(PLAN.next(standing(0, Optional.empty(), wave), NOW))
                .isEqualTo(new Decision.Offer(20));
        assertThat(PLAN.next(standing(0, Optional.empty(), tally(480, 20, 0, 0, 0)), NOW))
                .isEqualTo(new Decision.Wait());
        assertThat(PLAN.next(standing(0, Optional.empty(), tally(100, 20, 400, 0, 0)), NOW))
                .as("a tenth of those that have confirmed")
                .isEqualTo(new Decision.Offer(20));
    }

    @Test
    void pausesWhenTwoOfAFewFail() {
        assertThat(PLAN.next(standing(0, Optional.empty(), tally(30, 10, 9, 1, 0)), NOW))
                .as("one failure is chance")
                .isInstanceOf(Decision.Offer.class);
        assertThat(PLAN.next(standing(0, Optional.empty(), tally(30, 8, 10, 2, 1)), NOW))
                .isEqualTo(
                        new Decision.Pause(
                                "2 of 12 devices that have tried it failed, 1 of them silently"));
        assertThat(PLAN.next(standing(2, Optional.empty(), tally(300, 0, 998, 20, 1)), NOW))
                .as("two in a hundred are tolerated")
                .isInstanceOf(Decision.Offer.class);
    }

    @Test
    void soaksBeforeTheNextWave() {
        Tally passed = tally(0, 0, 50, 0, 0);
        Instant end = NOW.plus(Duration.ofHours(24));

        assertThat(PLAN.next(standing(0, Optional.empty(), passed), NOW))
                .isEqualTo(new Decision.Soak(end));
        assertThat(PLAN.next(standing(0, Optional.of(end), passed), end.minusMillis(1)))
                .isEqualTo(new Decision.Wait());
        assertThat(PLAN.next(standing(0, Optional.of(end), passed), end))
                .isEqualTo(new Decision.NextWave(1));
        assertThat(PLAN.next(standing(3, Optional.of(end), passed), end))
                .isEqualTo(new Decision.Complete());
    }

    @Test
    void doesNotBeginAWaveThatNobodyHasProven() {
        Instant end = NOW;
        Tally lost = tally(10, 0, 40, 1, 0);

        assertThat(PLAN.next(standing(0, Optional.of(end), lost), end))
                .as("some were lost while it soaked")
                .isEqualTo(new Decision.Offer(10));
        assertThat(PLAN.gate().passed(new Tally(50, 0, 0, 50, 0, 0, 0, 0)))
                .as("all owners declined")
                .isFalse();
        assertThat(PLAN.gate().passed(new Tally(50, 0, 0, 45, 0, 5, 0, 0)))
                .as("owners that declined have no say")
                .isTrue();
        assertThat(PLAN.gate().passed(new Tally(50, 0, 1, 0, 0, 49, 0, 0)))
                .as("one is still at it")
                .isFalse();
    }

    @Test
    void refusesAPlanThatCannotBeMeant() {
        refused(() -> plan(List.of(), 10, 2, Duration.ofHours(1)), "1 to 32 waves");
        refused(
                () ->
                        plan(
                                List.of(new Wave(new Wave.Count(5), Duration.ZERO)),
                                10,
                                2,
                                Duration.ofHours(1)),
                "the last wave reaches all");
        refused(() -> plan(List.of(ALL, ALL), 10, 2, Duration.ofHours(1)), "more of the fleet");
        refused(() -> plan(List.of(ALL), 0, 2, Duration.ofHours(1)), "at least 1");
        refused(() -> plan(List.of(ALL), 10, 0, Duration.ofHours(1)), "1 to 10 attempts");
        refused(() -> plan(List.of(ALL), 10, 11, Duration.ofHours(1)), "1 to 10 attempts");
        refused(() -> plan(List.of(ALL), 10, 2, Duration.ofSeconds(59)), "1 minute to 7 days");
        refused(() -> plan(List.of(ALL), 10, 2, Duration.ofDays(8)), "1 minute to 7 days");
        refused(() -> new Wave(new Wave.Count(0), Duration.ZERO), "at least one device");
        refused(() -> new Wave(new Wave.Part(new Share(0)), Duration.ZERO), "at least one device");
        refused(() -> new Wave(new Wave.Count(1), Duration.ofDays(31)), "0 to 30 days");
        refused(() -> new Share(10_001), "10000 basis points");
        refused(() -> new Gate(1, Share.percent(2), new Share(0)), "proves nothing");
        refused(() -> new Gate(-1, Share.percent(2), Share.ALL), "0 or more");
        refused(() -> new ReleaseHash("A".repeat(64)), "lower case");
    }

    @Test
    void aShareOfAFewIsOneAtLeast() {
        assertThat(new Share(50).of(1)).isEqualTo(1);
        assertThat(new Share(50).of(10_000)).isEqualTo(50);
        assertThat(new Share(50).of(10_001)).isEqualTo(51);
        assertThat(Share.ALL.of(7)).isEqualTo(7);
        assertThat(Share.ALL.of(2_000_000)).isEqualTo(2_000_000);
    }

    private static void refused(Runnable what, String why) {
        assertThatThrownBy(what::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static void plan(List<Wave> waves, int inFlight, int attempts, Duration lease) {
        assertThat(
                        new RolloutPlan(
                                waves,
                                Gate.USUAL,
                                inFlight,
                                1_000,
                                attempts,
                                lease,
                                Duration.ofHours(1)))
                .isNotNull();
    }

    private static RolloutPlan.Standing standing(int wave, Optional<Instant> soaks, Tally tally) {
        return new RolloutPlan.Standing(wave, soaks, tally, tally);
    }

    private static Tally waiting(int devices) {
        return tally(devices, 0, 0, 0, 0);
    }

    private static Tally tally(int waiting, int inFlight, int confirmed, int failed, int silent) {
        return new Tally(
                waiting + inFlight + confirmed + failed,
                waiting,
                inFlight,
                0,
                0,
                confirmed,
                failed,
                silent);
    }
}
