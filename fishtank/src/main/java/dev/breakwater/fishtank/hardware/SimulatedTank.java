/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank.hardware;

import dev.breakwater.device.tamper.Tampering;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;

/**
 * A tank of 60 litres in a living room, as far as its sensors can tell. The water loses warmth to
 * the room in proportion to the difference (Newton's law of cooling) and gains what the heater
 * gives; the solution is exact for any step, so the clock may run as fast as it likes. Safe for use
 * by many threads.
 */
public final class SimulatedTank {

    /** How much food its feeder holds when the tank is made. */
    public static final int PORTIONS_IN_FEEDER = 90;

    private static final double ROOM_MEAN_CELSIUS = 20.5;
    private static final double ROOM_SWING_CELSIUS = 1.5;

    /** After this time the water has lost 63 % of its warmth over the room. */
    private static final double COOLING_SECONDS = Duration.ofHours(9).toSeconds();

    /** 100 W at a loss of about 8 W per degree. */
    private static final double HEATER_LIFTS_CELSIUS = 12;

    private static final double LAMP_LUX = 6_000;
    private static final double NOON_LUX = 350;
    private static final double THERMOMETER_STEP_CELSIUS = 0.0625;

    private final Clock clock;
    private final Random random;
    private Instant lastStep;
    private double waterCelsius;
    private boolean heating;
    private int brightnessPercent;
    private int portionsLeft = PORTIONS_IN_FEEDER;
    private boolean pressed;
    private boolean opened;

    /**
     * A tank whose water begins a little below 24 °C.
     *
     * @param seed decides the noise of the sensors
     */
    public SimulatedTank(Clock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
        this.lastStep = clock.instant();
        this.waterCelsius = 23.5 + random.nextDouble() * 0.5;
    }

    /** The tank's parts. */
    public TankHardware hardware() {
        return new TankHardware(
                this::readCelsius,
                this::readLux,
                this::setLamp,
                this::setHeater,
                this::dispense,
                this::isPressed,
                this::lid);
    }

    /** Somebody presses the button and holds it. */
    public synchronized void press() {
        pressed = true;
    }

    /** Whoever held the button lets it go. */
    public synchronized void letGo() {
        pressed = false;
    }

    /** Somebody opens the lid of the electronics; closing it undoes nothing. */
    public synchronized void openLid() {
        opened = true;
    }

    private synchronized boolean isPressed() {
        return pressed;
    }

    private synchronized Optional<Tampering> lid() {
        return opened
                ? Optional.of(new Tampering(Tampering.Kind.ENCLOSURE_OPENED, "the lid moved"))
                : Optional.empty();
    }

    /** Fills the feeder up. */
    public synchronized void refill() {
        portionsLeft = PORTIONS_IN_FEEDER;
    }

    private synchronized double readCelsius() {
        step();
        double measured = waterCelsius + random.nextGaussian() * 0.03;
        // A DS18B20 measures in sixteenths of a degree.
        return Math.round(measured / THERMOMETER_STEP_CELSIUS) * THERMOMETER_STEP_CELSIUS;
    }

    private synchronized double readLux() {
        double lamp = LAMP_LUX * brightnessPercent / 100;
        double measured = (lamp + daylightLux()) * (1 + random.nextGaussian() * 0.01);
        return Math.max(0, Math.round(measured));
    }

    private synchronized void setLamp(int percent) {
        brightnessPercent = percent;
    }

    private synchronized void setHeater(boolean on) {
        step();
        heating = on;
    }

    private synchronized void dispense(int portions) throws IOException {
        if (portions > portionsLeft) {
            throw new IOException("the feeder holds " + portionsLeft + " portions: refill it");
        }
        portionsLeft -= portions;
    }

    /** Brings the water to the present. */
    private void step() {
        Instant now = clock.instant();
        double seconds = Duration.between(lastStep, now).toMillis() / 1000.0;
        if (seconds <= 0) {
            return;
        }
        double tendsTo = roomCelsius(now) + (heating ? HEATER_LIFTS_CELSIUS : 0);
        waterCelsius = tendsTo + (waterCelsius - tendsTo) * Math.exp(-seconds / COOLING_SECONDS);
        lastStep = now;
    }

    /** Warmest in the late afternoon. */
    private static double roomCelsius(Instant now) {
        return ROOM_MEAN_CELSIUS + ROOM_SWING_CELSIUS * Math.cos(dayAngle(now, 17));
    }

    private double daylightLux() {
        return NOON_LUX * Math.max(0, Math.cos(dayAngle(clock.instant(), 12)));
    }

    private static double dayAngle(Instant now, int peakHour) {
        LocalTime time = LocalTime.ofInstant(now, ZoneOffset.UTC);
        return 2 * Math.PI * (time.toSecondOfDay() / 86_400.0 - peakHour / 24.0);
    }
}
