/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskTerms;
import java.time.Duration;

/**
 * What a profile costs. Of what is measured the server's part is; the device's part is estimated.
 *
 * @param serverCpuMillisPerConnect of one connect by certificate
 * @param serverMemoryKibPerConnection while a device is connected
 * @param serverCpuSecondsPerDay of the whole fleet: its connects, and the certificates that it
 *     renews
 * @param serverMemoryMib of the whole fleet, if all of it is connected
 * @param renewalsPerYear certificates that a device needs in a year
 * @param batteryMillijoulesPerConnect an estimate of what the device's processor spends, without
 *     its radio
 * @param batteryMillijoulesPerDay the same for a day
 * @param partsCentsLowest an assumption, in US cents for each device
 * @param partsCentsHighest an assumption, in US cents for each device
 */
public record Cost(
        double serverCpuMillisPerConnect,
        double serverMemoryKibPerConnection,
        double serverCpuSecondsPerDay,
        double serverMemoryMib,
        int renewalsPerYear,
        double batteryMillijoulesPerConnect,
        double batteryMillijoulesPerDay,
        int partsCentsLowest,
        int partsCentsHighest) {

    private static final double DAYS_PER_YEAR = 365;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double KIB_PER_MIB = 1_024;

    /**
     * @param policy how long a device's certificate lives at most, whatever its product
     */
    static Cost of(RiskTerms terms, Circumstances circumstances, Figures figures, Duration policy) {
        double connect = figures.value("server-cpu-per-connect");
        double memory = figures.value("server-memory-per-connection");
        int renewals = renewalsPerYear(terms.certificateLifeWithin(policy));
        double cpuPerDay =
                circumstances.connectsPerDay() * connect
                        + renewals / DAYS_PER_YEAR * figures.value("server-cpu-per-certificate");
        boolean hardware = terms.lowestAssurance().meets(Assurance.HARDWARE_KEY);
        double battery = batteryMillijoules(connect, hardware, figures);
        return new Cost(
                connect,
                memory,
                rounded(circumstances.fleetSize() * cpuPerDay / MILLIS_PER_SECOND),
                rounded(circumstances.fleetSize() * memory / KIB_PER_MIB),
                renewals,
                rounded(battery),
                rounded(battery * circumstances.connectsPerDay()),
                hardware ? (int) figures.value("secure-element-price-lowest") : 0,
                hardware ? (int) figures.value("secure-element-price-highest") : 0);
    }

    /** Millijoules are milliseconds times milliwatts, divided by a thousand. */
    private static double batteryMillijoules(double connect, boolean hardware, Figures figures) {
        double processor =
                connect
                        * figures.value("device-slowdown")
                        * figures.value("device-active-power")
                        / MILLIS_PER_SECOND;
        return hardware ? processor + figures.value("secure-element-energy") : processor;
    }

    /** A device renews from two thirds of its certificate's life on. */
    private static int renewalsPerYear(Duration life) {
        double days = life.toSeconds() / (double) Duration.ofDays(1).toSeconds();
        return (int) Math.ceil(DAYS_PER_YEAR / (days * 2 / 3));
    }

    private static double rounded(double value) {
        return Math.rint(value * 10) / 10;
    }
}
