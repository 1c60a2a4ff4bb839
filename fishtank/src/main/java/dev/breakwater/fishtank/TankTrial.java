/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.update.Health;
import dev.breakwater.device.update.HealthProbe;
import dev.breakwater.device.update.RollbackFloor;
import dev.breakwater.device.update.ServerReached;
import dev.breakwater.device.update.Standing;
import dev.breakwater.device.update.TrialEnd;
import dev.breakwater.device.update.UpdateReport;
import dev.breakwater.device.update.UpdateTerms;
import dev.breakwater.device.update.Updater;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a tank does first that was started from a slot: a version on trial has to read its
 * thermometer and to reach the server, or it is given up; and the server is told how updates ended.
 */
record TankTrial(Updater updater, DeviceAgent agent, HealthProbe probe) {

    /** How long a report may take before it waits for the next start. */
    private static final Duration DELIVERY_MAX = Duration.ofSeconds(30);

    /** Opens the slots that the launcher started this version from. */
    static TankTrial open(
            Path base,
            Slot running,
            String version,
            TankStorage kept,
            DeviceAgent agent,
            TankHardware hardware,
            AgentEnvironment environment)
            throws IOException {
        DirectorySlots slots = DirectorySlots.open(base, ArchiveLimits.usual());
        Updater updater =
                Updater.open(
                        slots,
                        slots.selector(),
                        running,
                        kept.survivors(),
                        RollbackFloor.beside(kept.keys(), kept.survivors()),
                        UpdateTerms.usual(),
                        environment);
        HealthProbe tank = () -> look(hardware);
        return new TankTrial(updater, agent, tank.and(new ServerReached(agent, version)));
    }

    private static Health look(TankHardware hardware) {
        try {
            double _ = hardware.thermometer().readCelsius();
            return new Health.Healthy();
        } catch (IOException unreadable) {
            return new Health.NotYet("the thermometer: " + unreadable.getMessage());
        }
    }

    /**
     * Returns when this version is confirmed and the server has been told what there was to tell.
     *
     * @return false if it was given up: the process must end with a failure now
     */
    boolean stand() throws IOException, InterruptedException {
        if (updater.standing() instanceof Standing.OnTrial
                && updater.watchTrial(probe) instanceof TrialEnd.GivenUp) {
            return false;
        }
        for (UpdateReport report : updater.reports()) {
            agent.publishEvent(
                    "update-ended",
                    JsonMapper.shared()
                            .createObjectNode()
                            .put("version", report.version())
                            .put("end", report.end().name())
                            .put("reason", report.reason()));
            if (agent.flush(DELIVERY_MAX)) {
                updater.delivered(report);
            }
        }
        return true;
    }
}
