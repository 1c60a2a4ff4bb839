/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.fishtank.FishTank.Light;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.fishtank.hardware.TankHardware;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FishTankTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final TankHardware hardware = new SimulatedTank(clock, 1).hardware();
    private final FishTank tank = new FishTank(hardware, clock);

    @Test
    void keepsTheWaterWithinADegreeOfItsTargetForAWeek() throws IOException {
        tank.setTargetCelsius(26);
        // Six hours to get there, at one look a minute.
        for (int minute = 0; minute < 7 * 24 * 60; minute++) {
            clock.advance(Duration.ofMinutes(1));
            double celsius = tank.regulate().temperatureCelsius();
            if (minute > 6 * 60) {
                assertThat(celsius).as("minute %d", minute).isBetween(25.0, 27.0);
            }
        }
    }

    @Test
    void switchesTheHeaterOffWhenTheThermometerFails() {
        AtomicBoolean heating = new AtomicBoolean(true);
        FishTank blind =
                new FishTank(
                        new TankHardware(
                                () -> {
                                    throw new IOException("failed its checksum");
                                },
                                hardware.lightSensor(),
                                hardware.lamp(),
                                heating::set,
                                hardware.feeder(),
                                hardware.button(),
                                hardware.lid()),
                        clock);
        assertThatThrownBy(blind::regulate).isInstanceOf(IOException.class);
        assertThat(heating).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 4, Integer.MAX_VALUE})
    void refusesPortionsOutsideOneToThree(int portions) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tank.feed(portions))
                .withMessage("portions must be 1 to 3, not " + portions);
    }

    @Test
    void doesNotOverfeedWhoeverAsks() throws IOException {
        for (int meal = 1; meal <= 4; meal++) {
            assertThat(tank.feed(3)).isEqualTo(3 * meal);
            clock.advance(Duration.ofHours(1));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tank.feed(1))
                .withMessage("the fish had 12 of at most 12 portions in 24 hours; feed them later");
        clock.advance(Duration.ofHours(20));
        assertThat(tank.feed(3)).isEqualTo(12);
    }

    @ParameterizedTest
    @ValueSource(doubles = {17.99, 30.01, Double.NaN, Double.POSITIVE_INFINITY, -1})
    void refusesTargetsThatHarmTheFish(double celsius) {
        assertThatIllegalArgumentException().isThrownBy(() -> tank.setTargetCelsius(celsius));
        assertThat(tank.targetCelsius()).isEqualTo(25);
    }

    @Test
    void remembersTheBrightnessWhileTheLightIsOff() throws IOException {
        tank.setLight(new Light(true, 70));
        tank.setLight(new Light(false, 70));
        clock.advance(Duration.ofHours(12));
        assertThat(tank.regulate().lightLux()).isZero();
        assertThat(tank.light()).isEqualTo(new Light(false, 70));
        assertThatIllegalArgumentException().isThrownBy(() -> new Light(true, 101));
    }
}
