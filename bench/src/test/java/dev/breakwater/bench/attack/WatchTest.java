/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final long SECOND = 1_000_000_000;

    private static Probe.Asked good(double atSeconds, double millis) {
        return new Probe.Asked((long) (atSeconds * SECOND), millis, "");
    }

    private static Probe.Asked failed(double atSeconds) {
        return new Probe.Asked((long) (atSeconds * SECOND), 1, "closed");
    }

    private static List<Probe.Asked> quickFrom(double seconds, int count) {
        List<Probe.Asked> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(good(seconds + i * 0.05, 3));
        }
        return asked;
    }

    @Test
    void countsWhatFailedAndTakesThePercentileOfAllThatWereAskedMeanwhile() {
        List<Probe.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 98; i++) {
            asked.add(good(10, 5));
        }
        asked.add(good(10, 400));
        asked.add(failed(10));
        asked.add(good(99, 9_000));
        Watch.Served served = Watch.Served.of(asked, one -> one.atNanos() < 20 * SECOND);
        assertThat(served.count()).isEqualTo(100);
        assertThat(served.goodPercent()).isEqualTo(99);
        assertThat(served.p99Millis()).isEqualTo(5);
        assertThat(served.failure()).contains("closed");
    }

    @Test
    void hasNoFigureWhenNobodyAsked() {
        Watch.Served served = Watch.Served.of(List.of(), _ -> true);
        assertThat(served.goodPercent()).isNaN();
        assertThat(served.p99Millis()).isNaN();
    }

    @Test
    void isNormalFromTheFirstOfTwentyQuickAnswersInARow() {
        List<Probe.Asked> asked = new ArrayList<>(quickFrom(0, 30));
        asked.addAll(quickFrom(100.2, 10));
        asked.add(good(100.9, 600));
        asked.add(failed(101));
        asked.addAll(quickFrom(101.5, 20));
        assertThat(Watch.normalAfter(asked, 100 * SECOND))
                .hasValueSatisfying(seconds -> assertThat(seconds).isBetween(1.49, 1.51));
    }

    @Test
    void isNotNormalBeforeTwentyAnswersWereQuick() {
        assertThat(Watch.normalAfter(quickFrom(101, 19), 100 * SECOND)).isEmpty();
    }

    @Test
    void doesNotTakeWhatWasQuickDuringTheAttackForNormal() {
        assertThat(Watch.normalAfter(quickFrom(50, 200), 100 * SECOND)).isEmpty();
    }
}
