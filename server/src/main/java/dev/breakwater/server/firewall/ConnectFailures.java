/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often known devices were refused at CONNECT lately. Thread-safe. The table is bounded and
 * begun anew when it is full of devices that still fail: so many at once are an outage.
 */
final class ConnectFailures {

    private static final long WINDOW_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final int DEVICES_MAX = 10_000;

    private final int failuresMax;
    private final ConcurrentHashMap<DeviceId, Failures> devices = new ConcurrentHashMap<>();

    private record Failures(long began, int count) {}

    ConnectFailures(int failuresMax) {
        this.failuresMax = failuresMax;
    }

    /** Counts one more; says how many there are once they are too many. */
    Optional<Integer> count(DeviceId device, long now) {
        if (devices.size() >= DEVICES_MAX) {
            devices.values().removeIf(failures -> now - failures.began >= WINDOW_MILLIS);
            if (devices.size() >= DEVICES_MAX) {
                devices.clear();
            }
        }
        Failures counted =
                devices.merge(
                        device,
                        new Failures(now, 1),
                        (before, one) ->
                                now - before.began < WINDOW_MILLIS
                                        ? new Failures(before.began, before.count + 1)
                                        : one);
        return counted.count >= failuresMax ? Optional.of(counted.count) : Optional.empty();
    }
}
