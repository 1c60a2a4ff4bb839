/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.TlsEngine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the channel counts. Meters of the hot path are looked up once, here. Refusals are counted
 * where every refusal goes, in {@code Refusals}.
 */
final class ChannelMetrics {

    private final MeterRegistry meters;
    private final HandshakeMetrics handshakes;
    private final Map<PacketType, Counter> received = new EnumMap<>(PacketType.class);
    private final Map<PacketType, Counter> sent = new EnumMap<>(PacketType.class);
    private final Counter bytesReceived;
    private final Counter bytesSent;
    private final Counter accepted;
    private final Map<Limit, Counter> shed = new EnumMap<>(Limit.class);
    private final QuotaMetrics quotas;
    private final Timer admissions;
    private final Counter pauses;
    private final Counter repeats;

    ChannelMetrics(
            TlsEngine engine,
            MeterRegistry meters,
            Arrivals arrivals,
            BlockingWork blocking,
            Quotas quotas) {
        this.meters = meters;
        this.handshakes = new HandshakeMetrics(engine, meters);
        Gauge.builder("breakwater.channel.connections", arrivals, Arrivals::connections)
                .description("TCP connections to the device channel, whatever their state")
                .register(meters);
        Gauge.builder("breakwater.channel.half.open", arrivals, Arrivals::halfOpen)
                .description("Connections whose CONNECT has not arrived yet")
                .register(meters);
        Gauge.builder("breakwater.channel.sources", arrivals, Arrivals::sources)
                .description("Source addresses whose connections are counted")
                .register(meters);
        Gauge.builder("breakwater.channel.blocking.work", blocking, BlockingWork::atWork)
                .description("Admissions and other work that waits for the store at this moment")
                .register(meters);
        this.quotas = new QuotaMetrics(meters, quotas);
        this.accepted =
                Counter.builder("breakwater.channel.accepted")
                        .description("Connections that were given a place")
                        .register(meters);
        for (Limit limit : Arrivals.LIMITS) {
            shed.put(
                    limit,
                    Counter.builder("breakwater.channel.shed")
                            .description("Connections closed before their handshake, by limit")
                            .tag("limit", limit.key())
                            .register(meters));
        }
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
        this.pauses =
                Counter.builder("breakwater.channel.pauses")
                        .description("How often a connection was not read from, to slow it down")
                        .register(meters);
        this.repeats =
                Counter.builder("breakwater.channel.repeats")
                        .description(
                                "Messages that were stored already, and only their acknowledgement"
                                        + " lost")
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

    void accepted() {
        accepted.increment();
    }

    /** Load that was refused for its amount, as opposed to anything that failed. */
    void shed(Limit limit) {
        count(shed, limit);
    }

    /** What is counted about quotas. */
    QuotaMetrics quotas() {
        return quotas;
    }

    /** Counts it, and returns the facts as all connections of their combination share them. */
    TlsFacts handshakeDone(TlsFacts facts, Duration sinceAccept) {
        return handshakes.done(facts, sinceAccept);
    }

    /** Includes those who left before they said anything, such as port scanners. */
    void handshakeFailed() {
        handshakes.failed();
    }

    /** A connection is not read from for now. */
    void paused() {
        pauses.increment();
    }

    /** A message is stored already. */
    void repeated() {
        repeats.increment();
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

    private static <K extends Enum<K>> void count(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }
}
