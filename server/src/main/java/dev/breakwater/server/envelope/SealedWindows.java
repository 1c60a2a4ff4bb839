/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What the server has opened of each device. A window that is not in memory begins behind the
 * highest number that was stored with a reading, in one transaction with it: so neither a restart
 * nor a crash lets an envelope be taken again that was acknowledged.
 */
final class SealedWindows {

    private final SealingStore store;
    private final int windowsMax;

    /** The longest unused first; guarded by itself. */
    private final LinkedHashMap<DeviceId, ReplayWindow> windows = new LinkedHashMap<>();

    SealedWindows(SealingStore store, Limits limits) {
        this.store = store;
        this.windowsMax = limits.of(Limit.ENVELOPE_WINDOWS);
    }

    /** Never blocks. */
    boolean has(DeviceId device) {
        synchronized (windows) {
            return windows.containsKey(device);
        }
    }

    /** Empty if it has to be looked up first. Never blocks. */
    Optional<ReplayWindow> of(DeviceId device) {
        synchronized (windows) {
            ReplayWindow window = windows.get(device);
            if (window != null) {
                windows.putLast(device, window);
            }
            return Optional.ofNullable(window);
        }
    }

    /** Looks it up, where that is needed. Blocks. */
    void lookUp(OrganizationId organization, DeviceId device) {
        if (has(device)) {
            return;
        }
        ReplayWindow stored = ReplayWindow.startingAfter(store.highest(organization, device));
        synchronized (windows) {
            // Whoever was first has perhaps taken something already.
            var _ = windows.putIfAbsent(device, stored);
            if (windows.size() > windowsMax) {
                var _ = windows.pollFirstEntry();
            }
        }
    }
}
