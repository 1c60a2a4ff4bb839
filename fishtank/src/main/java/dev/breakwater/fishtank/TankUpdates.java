/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.update.Health;
import dev.breakwater.device.update.RollbackFloor;
import dev.breakwater.device.update.UpdateTerms;
import dev.breakwater.device.update.Updater;
import dev.breakwater.device.update.rollout.DeviceUpdates;
import dev.breakwater.device.update.rollout.InstalledProduct;
import dev.breakwater.device.update.rollout.Restart;
import dev.breakwater.device.update.rollout.ShippedRoot;
import dev.breakwater.device.update.rollout.UpdateListener;
import dev.breakwater.device.update.rollout.UpdatePlan;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.fishtank.hardware.TankHardware;
import java.io.IOException;
import java.util.Locale;

/** How the tank takes its updates. */
final class TankUpdates {

    /** No water in which fish live is colder or warmer, so whoever reads that reads wrongly. */
    static final double PLAUSIBLE_CELSIUS_MIN = 0;

    static final double PLAUSIBLE_CELSIUS_MAX = 45;

    private TankUpdates() {}

    /**
     * Joins the tank's agent, which is not started yet.
     *
     * @throws IOException if that file or the release's root cannot be read
     */
    static DeviceUpdates join(
            DeviceAgent agent,
            TankRelease release,
            TankStorage kept,
            TankHardware hardware,
            AgentEnvironment environment,
            Restart restart)
            throws IOException {
        DirectorySlots slots = DirectorySlots.open(release.slots(), ArchiveLimits.usual());
        RollbackFloor floor = RollbackFloor.beside(kept.keys(), kept.survivors());
        UpdateTerms terms = UpdateTerms.usual();
        Updater updater =
                Updater.open(
                        slots,
                        slots.selector(),
                        release.running(),
                        kept.survivors(),
                        floor,
                        terms,
                        environment);
        return DeviceUpdates.join(
                agent,
                new UpdatePlan(
                        updater,
                        release.running(),
                        new InstalledProduct(
                                release.product(),
                                kept.hardwareId(),
                                release.version(),
                                release.counter()),
                        ShippedRoot.in(release.root()),
                        kept.storage(),
                        floor,
                        terms,
                        () -> look(hardware),
                        UpdatePlan.Route.HTTPS,
                        new UpdateListener() {},
                        restart,
                        environment));
    }

    /** Cold fish can be warmed; a thermometer that reads nonsense makes the heater cook them. */
    static Health look(TankHardware hardware) {
        double celsius;
        try {
            celsius = hardware.thermometer().readCelsius();
        } catch (IOException unreadable) {
            return new Health.NotYet("the thermometer: " + unreadable.getMessage());
        }
        return celsius >= PLAUSIBLE_CELSIUS_MIN && celsius <= PLAUSIBLE_CELSIUS_MAX
                ? new Health.Healthy()
                : new Health.Failed(
                        String.format(
                                Locale.ROOT,
                                "the thermometer reads %.1f °C, which no tank has",
                                celsius));
    }
}
