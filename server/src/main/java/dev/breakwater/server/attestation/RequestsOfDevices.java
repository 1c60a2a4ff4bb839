/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.protocol.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts what each device asks for within an hour: making and checking proofs is the dearest thing
 * that a device can have done here. Thread-safe.
 */
final class RequestsOfDevices {

    private static final Duration WINDOW = Duration.ofHours(1);

    private final int requestsMax;
    private final Clock clock;
    private final Map<DeviceId, Window> windows;

    private record Window(Instant began, int requests) {}

    /**
     * Makes an empty table.
     *
     * @param devicesMax how many devices are remembered; the longest unseen is forgotten first
     */
    RequestsOfDevices(int requestsMax, int devicesMax, Clock clock) {
        this.requestsMax = requestsMax;
        this.clock = clock;
        this.windows =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<DeviceId, Window> eldest) {
                        return size() > devicesMax;
                    }
                };
    }

    /** Counts one; false if it is one too many. */
    synchronized boolean admit(DeviceId device) {
        Instant now = clock.instant();
        Window window = windows.get(device);
        if (window == null || !now.isBefore(window.began().plus(WINDOW))) {
            windows.put(device, new Window(now, 1));
            return true;
        }
        if (window.requests() >= requestsMax) {
            return false;
        }
        windows.put(device, new Window(window.began(), window.requests() + 1));
        return true;
    }
}
