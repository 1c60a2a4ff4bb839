/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.TelemetryPackets;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PubAck;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * A device that always has a window of readings on their way: as many acknowledgements as arrive
 * together, as many readings follow by one flush.
 */
final class WindowPublisher implements DeviceBehaviour {

    private static final int PACKET_ID_MAX = 65_535;
    private static final int NONE = -1;

    private final SentReadings readings;
    private final TelemetryPackets packets;
    private final Tally tally;
    private final BooleanSupplier goesOn;
    private final int window;
    private final int[] numbers;
    private final long[] sentNanos;
    private int nextPacketId = 1;
    private int underway;

    WindowPublisher(
            SentReadings readings,
            TelemetryPackets packets,
            Tally tally,
            int window,
            BooleanSupplier goesOn) {
        this.readings = readings;
        this.packets = packets;
        this.tally = tally;
        this.window = window;
        this.goesOn = goesOn;
        // Twice the window, so that acknowledgements may come in any order.
        int slots = Integer.highestOneBit(Math.max(2, window)) * 4;
        this.numbers = new int[slots];
        this.sentNanos = new long[slots];
        Arrays.fill(numbers, NONE);
    }

    /** Begins, on the link's event loop. */
    void begin(DeviceLink link) {
        fill(link);
    }

    @Override
    public void received(DeviceLink link, MqttPacket packet) {
        if (packet instanceof PubAck answer) {
            int slot = slot(answer.packetId());
            int number = numbers[slot];
            if (number == NONE) {
                throw new IllegalStateException(link.device() + " got a PUBACK for nothing sent");
            }
            numbers[slot] = NONE;
            underway--;
            if (tally.count(answer, System.nanoTime() - sentNanos[slot])) {
                readings.acknowledged(number);
            }
        }
    }

    @Override
    public void caughtUp(DeviceLink link) {
        fill(link);
    }

    private int slot(int packetId) {
        return packetId & (numbers.length - 1);
    }

    private void fill(DeviceLink link) {
        int room = Math.min(window, link.receiveMaximum()) - underway;
        if (room <= 0 || !goesOn.getAsBoolean()) {
            return;
        }
        ByteBuf out = link.allocate(room * packets.packetBytes());
        long now = System.nanoTime();
        for (int i = 0; i < room && numbers[slot(nextPacketId)] == NONE; i++) {
            int number = readings.nextNumber();
            numbers[slot(nextPacketId)] = number;
            sentNanos[slot(nextPacketId)] = now;
            packets.append(out, nextPacketId, number, false);
            nextPacketId = nextPacketId == PACKET_ID_MAX ? 1 : nextPacketId + 1;
            underway++;
        }
        link.write(out);
        link.flush();
    }

    /** How many are not acknowledged yet. */
    int underway() {
        return underway;
    }
}
