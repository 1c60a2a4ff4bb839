/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A whole fleet that publishes loses its server, killed without warning, and comes back by itself
 * when it starts again. What was acknowledged before, between and after must be there.
 */
public final class StormBenchmark implements Benchmark {

    private static final String NAME = "storm";
    private static final double SECONDS_MAX = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration SAMPLE = Duration.ofMillis(200);
    private static final int ARRIVING_PER_STEP = 64;

    private final int devices;
    private final Duration period;
    private final Duration backOffMax;
    private final Duration calm;

    /** So many devices that publish once in a period; calm goes before and after the storm. */
    public StormBenchmark(int devices, Duration period, Duration backOffMax, Duration calm) {
        this.devices = devices;
        this.period = period;
        this.backOffMax = backOffMax;
        this.calm = calm;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        try (OurServer ours = OurServer.start(contest)) {
            List<DeviceIdentity> fleet = contest.bed().fleet().first(devices);
            Publishers publishers = new Publishers(fleet, period);
            ReturningDevice.Attendance attendance = new ReturningDevice.Attendance();
            contest.progress().accept("storm: connecting %d devices".formatted(devices));
            arrive(ours.dialer(), fleet, publishers, attendance);
            Thread.sleep(calm);
            long attemptsBefore = attendance.attempts();
            contest.progress()
                    .accept(
                            "storm: killing the server after %,d acknowledgements"
                                    .formatted(publishers.tally().acknowledged()));
            Storm storm = weather(ours, attendance);
            contest.progress().accept("storm: all are back after %.1f s".formatted(storm.seconds));
            long attempts = attendance.attempts() - attemptsBefore;
            Thread.sleep(calm);
            publishers.stop();
            int connected = attendance.connected();
            attendance.end();
            contest.progress()
                    .accept(
                            "storm: looking for %,d readings"
                                    .formatted(publishers.tally().acknowledged()));
            StoredReadings.Count stored =
                    new StoredReadings(ours.operator()).look(publishers.sent());
            report(contest, ours, storm, stored);
            ours.figure(NAME, "attempts of a device", "", attempts / (double) devices);
            ours.figure(NAME, "attempts refused with a reason", "", (double) attendance.refused());
            contest.results()
                    .require(
                            NAME,
                            "devices connected a while after the storm",
                            ">=",
                            devices,
                            connected);
        }
    }

    private void arrive(
            Dialer dialer,
            List<DeviceIdentity> fleet,
            Publishers publishers,
            ReturningDevice.Attendance attendance)
            throws InterruptedException {
        for (int i = 0; i < fleet.size(); i++) {
            DeviceIdentity device = fleet.get(i);
            new ReturningDevice(
                            dialer,
                            device,
                            MqttTerms.lasting(MqttVersion.V5),
                            publishers.of(device),
                            backOffMax,
                            attendance)
                    .begin();
            int begun = i + 1;
            Waiting.until(
                    () -> attendance.connected() >= begun - ARRIVING_PER_STEP,
                    PATIENCE,
                    "devices wait in vain to be connected");
        }
        Waiting.until(
                () -> attendance.connected() == fleet.size(),
                PATIENCE,
                "devices wait in vain to be connected");
    }

    /** What happened, by seconds since the restart began. */
    private record Storm(
            double listeningSeconds,
            double seconds,
            double cpuSeconds,
            List<Results.Point> connected) {}

    private Storm weather(OurServer ours, ReturningDevice.Attendance attendance) throws Exception {
        ours.server().process().kill();
        // Every device must have noticed before the server is back, or it is no storm.
        Waiting.until(() -> attendance.connected() == 0, PATIENCE, "devices do not notice the end");
        long restartNanos = System.nanoTime();
        ours.server().restart();
        double listening = secondsSince(restartNanos);
        List<Results.Point> points = new ArrayList<>();
        points.add(new Results.Point(listening, attendance.connected()));
        Semaphore clock = new Semaphore(0);
        while (attendance.connected() < devices) {
            if (secondsSince(restartNanos) > PATIENCE.toSeconds()) {
                throw new ServerFailed(
                        "%d of %d devices are not back after %d s"
                                .formatted(
                                        devices - attendance.connected(),
                                        devices,
                                        PATIENCE.toSeconds()));
            }
            boolean never = clock.tryAcquire(SAMPLE.toMillis(), TimeUnit.MILLISECONDS);
            if (!never) {
                points.add(new Results.Point(secondsSince(restartNanos), attendance.connected()));
            }
        }
        return new Storm(
                listening,
                secondsSince(restartNanos),
                ours.server().process().cpu().toNanos() / 1e9,
                points);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private void report(Contest contest, OurServer ours, Storm storm, StoredReadings.Count stored) {
        ours.figure(NAME, "restart to listening", "s", storm.listeningSeconds);
        ours.figure(NAME, "restart to all connected", "s", storm.seconds);
        ours.figure(NAME, "server CPU from restart to all connected", "s", storm.cpuSeconds);
        ours.figure(NAME, "acknowledged", "", (double) stored.looked());
        ours.figure(NAME, "acknowledged and lost", "", (double) stored.missing());
        ours.figure(NAME, "stored twice", "", (double) stored.repeated());
        ours.curve(NAME, "seconds since the restart", "devices connected", storm.connected);
        contest.results()
                .remark(
                        "storm: %d devices, each a reading every %d s; back-off with full jitter from 1 s, doubling to %d s"
                                .formatted(devices, period.toSeconds(), backOffMax.toSeconds()));
        contest.results()
                .require(
                        NAME,
                        "s, from the restart to all connected",
                        "<=",
                        SECONDS_MAX,
                        storm.seconds);
        contest.results()
                .require(
                        NAME,
                        "acknowledged and not found by the API",
                        "<=",
                        0,
                        (double) stored.missing());
    }
}
