/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.update.HealthProbe;
import dev.breakwater.device.update.RollbackFloor;
import dev.breakwater.device.update.UpdateTerms;
import dev.breakwater.device.update.Updater;
import dev.breakwater.device.update.slot.Slot;

/**
 * How a product takes its updates.
 *
 * @param updater opened at this start, over the product's slots
 * @param running the slot this process was started from
 * @param product what runs
 * @param root where trust in releases begins
 * @param storage declares {@code StorageManifest.updateItems}; an erasure takes it
 * @param floor the updater's
 * @param terms the updater's
 * @param probe whether the product does what it is for; that the server is reached is added to it
 * @param route how files come
 * @param listener is told how updates go
 * @param restart starts again
 * @param environment time and chance
 */
public record UpdatePlan(
        Updater updater,
        Slot running,
        InstalledProduct product,
        ShippedRoot root,
        SealedStorage storage,
        RollbackFloor floor,
        UpdateTerms terms,
        HealthProbe probe,
        Route route,
        UpdateListener listener,
        Restart restart,
        AgentEnvironment environment) {

    /** How files come. */
    public enum Route {
        /** By HTTPS from the server's port for devices: fastest, and resumed at any byte. */
        HTTPS,
        /** In pieces over the device's channel, for products that want one connection only. */
        CHANNEL
    }
}
