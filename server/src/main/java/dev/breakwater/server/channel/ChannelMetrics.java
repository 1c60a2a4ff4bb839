/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.PacketType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the channel counts. Meters of the hot path are looked up once, here. Refusals are counted
 * where every refusal goes, in {@code Refusals}.
 */
final class ChannelMetrics {

    private final MeterRegistry meters;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<PacketType, Counter> received = new EnumMap<>(PacketType.class);
    private final Map<PacketType, Counter> sent = new EnumMap<>(PacketType.class);
    private final Counter bytesReceived;
    private final Counter bytesSent;
    private final Timer admissions;

    ChannelMetrics(MeterRegistry meters) {
        this.meters = meters;
        Gauge.builder("breakwater.channel.connections", connections, AtomicInteger::get)
                .description("TCP connections to the device channel, whatever their state")
                .register(meters);
        for (PacketType type : PacketType.values()) {
            received.put(type, packets(type, "received"));
            sent.put(type, packets(type, "sent"));
        }
        this.bytesReceived = bytes("received");
        this.bytesSent = bytes("sent");
        this.admissions =
                Timer.builder("breakwater.channel.admission")
                        .description("From CONNECT to the verdict about it")
                        .register(meters);
    }

    private Counter packets(PacketType type, String direction) {
        return Counter.builder("breakwater.channel.packets")
                .description("MQTT packets")
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .tag("direction", direction)
                .register(meters);
    }

    private Counter bytes(String direction) {
        return Counter.builder("breakwater.channel.bytes")
                .description("Bytes of MQTT packets, without TLS and WebSocket framing")
                .tag("direction", direction)
                .baseUnit("bytes")
                .register(meters);
    }

    /** Counts one more connection, unless there are {@code max} already. */
    boolean connectionOpened(int max) {
        if (connections.incrementAndGet() > max) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    void handshakeDone(TlsEvidence evidence) {
        meters.counter(
                        "breakwater.channel.handshakes",
                        "outcome",
                        "done",
                        "protocol",
                        evidence.protocol(),
                        "cipher",
                        evidence.cipherSuite(),
                        "group",
                        evidence.group())
                .increment();
    }

    /** Includes those who left before they said anything, such as port scanners. */
    void handshakeFailed() {
        meters.counter(
                        "breakwater.channel.handshakes",
                        "outcome",
                        "failed",
                        "protocol",
                        "",
                        "cipher",
                        "",
                        "group",
                        "")
                .increment();
    }

    void judged(Duration sinceConnect) {
        admissions.record(sinceConnect);
    }

    void packetReceived(PacketType type, int bytes) {
        count(received, type);
        bytesReceived.increment(bytes);
    }

    void packetSent(PacketType type, int bytes) {
        count(sent, type);
        bytesSent.increment(bytes);
    }

    private static void count(Map<PacketType, Counter> counters, PacketType type) {
        Counter counter = counters.get(type);
        if (counter != null) {
            counter.increment();
        }
    }
}
