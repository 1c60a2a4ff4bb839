/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the tank does, whoever asks: lights, feeds, keeps its temperature. The limits here protect
 * the fish from mistakes and from attackers who command the tank. Safe for use by many threads.
 */
public final class FishTank {

    /** The most food one command may drop, in portions. */
    public static final int PORTIONS_MAX = 3;

    /** The most food any 24 hours may see, in portions. */
    public static final int PORTIONS_PER_DAY_MAX = 12;

    /** The coldest water that may be asked for, in degrees Celsius. */
    public static final double TARGET_CELSIUS_MIN = 18;

    /** The warmest water that may be asked for, in degrees Celsius. */
    public static final double TARGET_CELSIUS_MAX = 30;

    /** The heater goes on this far below the target and off this far above it. */
    private static final double HYSTERESIS_CELSIUS = 0.25;

    private static final Duration DAY = Duration.ofHours(24);

    private final TankHardware hardware;
    private final Clock clock;
    private final Deque<Instant> portions = new ArrayDeque<>();
    private double targetCelsius = 25;
    private boolean lightOn;
    private int brightnessPercent = 80;
    private boolean heating;

    /** A tank with its light off and a target of 25 °C. */
    public FishTank(TankHardware hardware, Clock clock) {
        this.hardware = hardware;
        this.clock = clock;
    }

    /**
     * How the light is set.
     *
     * @param on whether it shines
     * @param brightnessPercent 0 to 100, kept while it is off
     */
    public record Light(boolean on, int brightnessPercent) {

        /** Refuses a brightness outside 0 to 100. */
        public Light {
            if (brightnessPercent < 0 || brightnessPercent > 100) {
                throw new IllegalArgumentException(
                        "brightness must be 0 to 100 percent, not " + brightnessPercent);
            }
        }
    }

    /** What the sensors say. */
    public record Readings(double temperatureCelsius, double lightLux, boolean heating) {}

    /**
     * Drops food.
     *
     * @return the portions of the last 24 hours, these included
     * @throws IllegalArgumentException if it is not 1 to {@value #PORTIONS_MAX} portions, or too
     *     much for the last 24 hours
     * @throws IOException if the feeder failed; nothing was dropped
     */
    public synchronized int feed(int count) throws IOException {
        if (count < 1 || count > PORTIONS_MAX) {
            throw new IllegalArgumentException(
                    "portions must be 1 to %d, not %d".formatted(PORTIONS_MAX, count));
        }
        Instant now = clock.instant();
        while (!portions.isEmpty() && !portions.getFirst().plus(DAY).isAfter(now)) {
            portions.removeFirst();
        }
        if (portions.size() + count > PORTIONS_PER_DAY_MAX) {
            throw new IllegalArgumentException(
                    "the fish had %d of at most %d portions in 24 hours; feed them later"
                            .formatted(portions.size(), PORTIONS_PER_DAY_MAX));
        }
        hardware.feeder().dispense(count);
        for (int portion = 0; portion < count; portion++) {
            portions.addLast(now);
        }
        return portions.size();
    }

    /** Sets the light. */
    public synchronized void setLight(Light light) throws IOException {
        hardware.lamp().set(light.on() ? light.brightnessPercent() : 0);
        lightOn = light.on();
        brightnessPercent = light.brightnessPercent();
    }

    /** How the light is set. */
    public synchronized Light light() {
        return new Light(lightOn, brightnessPercent);
    }

    /**
     * Sets the temperature to keep.
     *
     * @throws IllegalArgumentException outside {@value #TARGET_CELSIUS_MIN} to {@value
     *     #TARGET_CELSIUS_MAX} degrees Celsius
     */
    public synchronized void setTargetCelsius(double celsius) {
        if (!(celsius >= TARGET_CELSIUS_MIN && celsius <= TARGET_CELSIUS_MAX)) {
            throw new IllegalArgumentException(
                    "targetTemperatureCelsius must be %s to %s, not %s"
                            .formatted(TARGET_CELSIUS_MIN, TARGET_CELSIUS_MAX, celsius));
        }
        targetCelsius = celsius;
    }

    /** The temperature to keep, in degrees Celsius. */
    public synchronized double targetCelsius() {
        return targetCelsius;
    }

    /**
     * Reads the sensors and switches the heater accordingly; to be called every few seconds. If the
     * thermometer fails the heater goes off: cold fish live longer than cooked ones.
     *
     * @throws IOException if a part failed
     */
    public synchronized Readings regulate() throws IOException {
        double celsius;
        try {
            celsius = hardware.thermometer().readCelsius();
        } catch (IOException blind) {
            heat(false);
            throw blind;
        }
        if (celsius < targetCelsius - HYSTERESIS_CELSIUS) {
            heat(true);
        } else if (celsius > targetCelsius + HYSTERESIS_CELSIUS) {
            heat(false);
        }
        return new Readings(celsius, hardware.lightSensor().readLux(), heating);
    }

    private void heat(boolean on) throws IOException {
        hardware.heater().set(on);
        heating = on;
    }
}
