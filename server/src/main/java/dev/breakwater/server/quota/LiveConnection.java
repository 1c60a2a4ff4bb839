/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import java.time.Duration;
import java.time.Instant;

/**
 * One connection of a device, with a meter that remembers between ten and twenty seconds. Guarded
 * by its {@link DeviceUsage}.
 */
public final class LiveConnection {

    private static final int WINDOW_SECONDS = 10;

    private final ConnectionFacts facts;
    private long window;
    private int packets;
    private int bytes;
    private int packetsBefore;
    private int bytesBefore;

    LiveConnection(ConnectionFacts facts) {
        this.facts = facts;
    }

    ConnectionFacts facts() {
        return facts;
    }

    void count(long morePackets, long moreBytes, Instant now) {
        turn(now);
        packets = sum(packets, morePackets);
        bytes = sum(bytes, moreBytes);
    }

    double packetsPerSecond(Instant now) {
        turn(now);
        return rate(packets, packetsBefore, now);
    }

    double bytesPerSecond(Instant now) {
        turn(now);
        return rate(bytes, bytesBefore, now);
    }

    private void turn(Instant now) {
        long current = Math.floorDiv(now.getEpochSecond(), WINDOW_SECONDS);
        if (current != window) {
            boolean next = current == window + 1;
            packetsBefore = next ? packets : 0;
            bytesBefore = next ? bytes : 0;
            packets = 0;
            bytes = 0;
            window = current;
        }
    }

    /** The present window, and as much of the one before as is missing to ten seconds. */
    private double rate(int count, int before, Instant now) {
        Duration into = Duration.between(Instant.ofEpochSecond(window * WINDOW_SECONDS), now);
        double gone = into.toMillis() / (WINDOW_SECONDS * 1_000.0);
        return (count + before * (1 - gone)) / WINDOW_SECONDS;
    }

    private static int sum(int count, long more) {
        return (int) Math.min(Integer.MAX_VALUE, count + more);
    }
}
