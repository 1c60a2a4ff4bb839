/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimulatedTankTest {

    private static final long SEED = 42;

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final SimulatedTank tank = new SimulatedTank(clock, SEED);
    private final TankHardware hardware = tank.hardware();

    @Test
    void waterDriftsToTheTemperatureOfTheRoom() throws IOException {
        double before = hardware.thermometer().readCelsius();
        assertThat(before).isBetween(23.0, 24.5);
        clock.advance(Duration.ofHours(9));
        double nineHours = hardware.thermometer().readCelsius();
        assertThat(nineHours).isLessThan(before - 0.5);
        clock.advance(Duration.ofDays(7));
        assertThat(hardware.thermometer().readCelsius()).isBetween(18.5, 22.5);
    }

    @Test
    void heaterWarmsTheWaterAtAPlausiblePace() throws IOException {
        double before = hardware.thermometer().readCelsius();
        hardware.heater().set(true);
        clock.advance(Duration.ofHours(1));
        double anHour = hardware.thermometer().readCelsius();
        assertThat(anHour - before).isBetween(0.3, 2.0);
    }

    @Test
    void oneLongStepEqualsManyShortOnes() throws IOException {
        SimulatedTank other = new SimulatedTank(clock, SEED);
        TankHardware stepped = other.hardware();
        // At night the room's temperature changes little, so the steps differ by little.
        for (int minute = 0; minute < 30; minute++) {
            clock.advance(Duration.ofMinutes(1));
            stepped.thermometer().readCelsius();
        }
        assertThat(hardware.thermometer().readCelsius())
                .isCloseTo(stepped.thermometer().readCelsius(), within(0.2));
    }

    @Test
    void sameSeedGivesTheSameReadings() throws IOException {
        TankHardware again = new SimulatedTank(clock, SEED).hardware();
        for (int n = 0; n < 20; n++) {
            assertThat(again.thermometer().readCelsius())
                    .isEqualTo(hardware.thermometer().readCelsius());
            clock.advance(Duration.ofMinutes(10));
        }
    }

    @Test
    void lampAndDaylightAreSeenByTheSensor() throws IOException {
        double noon = hardware.lightSensor().readLux();
        hardware.lamp().set(50);
        double lit = hardware.lightSensor().readLux();
        assertThat(lit - noon).isBetween(2_500.0, 3_500.0);
        hardware.lamp().set(0);
        clock.advance(Duration.ofHours(12));
        assertThat(hardware.lightSensor().readLux()).isZero();
    }

    @Test
    void feederRunsEmpty() throws IOException {
        hardware.feeder().dispense(SimulatedTank.PORTIONS_IN_FEEDER - 1);
        assertThatThrownBy(() -> hardware.feeder().dispense(2))
                .isInstanceOf(IOException.class)
                .hasMessage("the feeder holds 1 portions: refill it");
        hardware.feeder().dispense(1);
        tank.refill();
        hardware.feeder().dispense(2);
    }
}
