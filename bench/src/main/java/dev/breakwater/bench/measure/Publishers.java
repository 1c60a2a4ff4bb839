/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Devices that send readings to our server at a steady pace. */
final class Publishers {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<DeviceIdentity, SentReadings> sent = new LinkedHashMap<>();
    private final Map<DeviceIdentity, PacedPublisher> behaviours = new LinkedHashMap<>();
    private final Tally tally = new Tally();

    Publishers(List<DeviceIdentity> devices, Duration period) {
        TelemetryPackets packets = new TelemetryPackets(Topics.TELEMETRY, MqttVersion.V5);
        for (DeviceIdentity device : devices) {
            SentReadings readings = new SentReadings(device);
            sent.put(device, readings);
            behaviours.put(device, new PacedPublisher(readings, packets, tally, period));
        }
    }

    Tally tally() {
        return tally;
    }

    PacedPublisher of(DeviceIdentity device) {
        PacedPublisher publisher = behaviours.get(device);
        if (publisher == null) {
            throw new IllegalStateException(device + " does not publish");
        }
        return publisher;
    }

    /** Sends nothing more, and returns when everything is acknowledged. */
    void stop() throws InterruptedException {
        behaviours.values().forEach(PacedPublisher::stop);
        Waiting.until(
                () -> behaviours.values().stream().allMatch(one -> one.underway() == 0),
                PATIENCE,
                "readings wait in vain to be acknowledged");
    }

    /** What each has sent; only after {@link #stop}. */
    List<SentReadings> sent() {
        return List.copyOf(sent.values());
    }
}
