/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PubAck;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device that sends a reading at fixed times, whether or not earlier ones are acknowledged; each
 * time counts from the moment the reading was due. What is not acknowledged when its connection
 * ends is sent again on the next one.
 */
final class PacedPublisher implements DeviceBehaviour {

    /** As many as a server lets one device have underway, by its receive maximum. */
    private static final int UNDERWAY_MAX = 100;

    private final SentReadings readings;
    private final TelemetryPackets packets;
    private final Tally tally;
    private final Duration period;
    private final Map<Integer, Sent> underway = new LinkedHashMap<>();
    private @Nullable ScheduledFuture<?> clock;
    private int nextPacketId = 1;
    private long dueNanos;
    private volatile boolean stopped;
    private volatile int underwayCount;

    private record Sent(int number, long dueNanos) {}

    PacedPublisher(SentReadings readings, TelemetryPackets packets, Tally tally, Duration period) {
        this.readings = readings;
        this.packets = packets;
        this.tally = tally;
        this.period = period;
    }

    @Override
    public void connected(DeviceLink link) {
        underway.forEach((packetId, sent) -> send(link, packetId, sent, true));
        link.flush();
        long periodNanos = period.toNanos();
        // Each device at its own moment: a fleet is no choir.
        long phaseNanos = ThreadLocalRandom.current().nextLong(periodNanos);
        dueNanos = System.nanoTime() + phaseNanos;
        clock =
                link.loop()
                        .scheduleAtFixedRate(
                                () -> tick(link), phaseNanos, periodNanos, TimeUnit.NANOSECONDS);
    }

    private void tick(DeviceLink link) {
        if (stopped || underway.size() >= UNDERWAY_MAX) {
            dueNanos += period.toNanos();
            return;
        }
        Sent sent = new Sent(readings.nextNumber(), dueNanos);
        dueNanos += period.toNanos();
        underway.put(nextPacketId, sent);
        underwayCount = underway.size();
        send(link, nextPacketId, sent, false);
        link.flush();
        nextPacketId = nextPacketId == 0xFFFF ? 1 : nextPacketId + 1;
    }

    private void send(DeviceLink link, int packetId, Sent sent, boolean again) {
        ByteBuf out = link.allocate(packets.packetBytes());
        packets.append(out, packetId, sent.number, again);
        link.write(out);
    }

    @Override
    public void received(DeviceLink link, MqttPacket packet) {
        if (packet instanceof PubAck answer) {
            Sent sent = underway.remove(answer.packetId());
            underwayCount = underway.size();
            if (sent != null && tally.count(answer, System.nanoTime() - sent.dueNanos)) {
                readings.acknowledged(sent.number);
            }
        }
    }

    @Override
    public void ended(DeviceLink link, LinkEnd end) {
        if (clock != null) {
            clock.cancel(false);
        }
    }

    /** Sends nothing new from now on. Any thread. */
    void stop() {
        stopped = true;
    }

    /** How many readings are not acknowledged. Any thread. */
    int underway() {
        return underwayCount;
    }
}
