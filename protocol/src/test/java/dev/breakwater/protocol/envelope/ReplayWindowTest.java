/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.breakwater.protocol.envelope.ReplayWindow.Place;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayWindowTest {

    private final ReplayWindow window = ReplayWindow.ofStranger();

    @Test
    void takesEachNumberOnce() {
        for (long number : new long[] {5, 3, 9, 4}) {
            assertThat(window.take(number)).isEqualTo(Place.TAKEN);
        }
        for (long number : new long[] {9, 3, 5, 4}) {
            assertThat(window.take(number)).isEqualTo(Place.TAKEN_BEFORE);
        }
        assertThat(window.highest()).isEqualTo(9);
    }

    @Test
    void takesNothingAtOrBelowItsFloor() {
        ReplayWindow started = ReplayWindow.startingAfter(100);
        assertThat(started.highest()).isEqualTo(100);
        assertThat(started.take(99)).isEqualTo(Place.BELOW_FLOOR);
        assertThat(started.take(100)).isEqualTo(Place.BELOW_FLOOR);
        assertThat(started.take(101)).isEqualTo(Place.TAKEN);
    }

    @Test
    void remembersTheGreatestNumbersAndNothingBelowThem() {
        for (long number = 1; number <= ReplayWindow.NUMBERS_MAX + 1; number++) {
            assertThat(window.take(number * 10)).isEqualTo(Place.TAKEN);
        }
        assertThat(window.take(10)).isEqualTo(Place.BELOW_FLOOR);
        assertThat(window.take(20)).isEqualTo(Place.TAKEN_BEFORE);
        assertThat(window.take(15)).isEqualTo(Place.TAKEN);
        assertThat(window.take(15)).isEqualTo(Place.BELOW_FLOOR);
        assertThat(window.take(20)).isEqualTo(Place.TAKEN_BEFORE);
    }

    @Test
    void takesANumberAgainThatWasGivenBack() {
        assertThat(window.take(7)).isEqualTo(Place.TAKEN);
        assertThat(window.take(8)).isEqualTo(Place.TAKEN);
        window.giveBack(7);
        window.giveBack(6);
        assertThat(window.take(8)).isEqualTo(Place.TAKEN_BEFORE);
        assertThat(window.take(7)).isEqualTo(Place.TAKEN);
        assertThat(window.take(7)).isEqualTo(Place.TAKEN_BEFORE);
    }

    /** Against a memory without bounds: nothing twice, and nothing lost that is near the newest. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void neverTakesANumberTwiceHoweverTheyCome(long seed) {
        Random random = new Random(seed);
        Set<Long> taken = new HashSet<>();
        long newest = 1000;
        for (int i = 0; i < 20_000; i++) {
            long number = newest + random.nextInt(200) - 180;
            Place place = window.take(number);
            if (place == Place.TAKEN) {
                assertThat(taken.add(number)).as("%d twice, seed %d", number, seed).isTrue();
            } else if (place == Place.TAKEN_BEFORE) {
                assertThat(taken).contains(number);
            }
            boolean near = number > newest - ReplayWindow.NUMBERS_MAX;
            if (near) {
                assertThat(taken).as("%d lost, seed %d", number, seed).contains(number);
            }
            newest = Math.max(newest, number);
            assertThat(window.highest()).isLessThanOrEqualTo(newest);
        }
    }

    @Test
    void refusesANegativeFloor() {
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayWindow.startingAfter(-1));
    }
}
