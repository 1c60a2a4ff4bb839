/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.tls.TlsEngine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts handshakes by what they agreed on. There are as many combinations as {@link ChannelTls}
 * offers, a few dozen, so each is looked up in the registry once.
 */
final class HandshakeMetrics {

    private final TlsEngine engine;
    private final MeterRegistry meters;
    private final Map<TlsFacts, Kind> done = new ConcurrentHashMap<>();
    private final Counter failed;
    private final Timer times;

    private record Kind(TlsFacts facts, Counter counter) {}

    HandshakeMetrics(TlsEngine engine, MeterRegistry meters) {
        this.engine = engine;
        this.meters = meters;
        this.failed = counter("failed", new TlsFacts("", "", "", false));
        this.times =
                Timer.builder("breakwater.channel.handshake")
                        .description("From accept to the end of the TLS handshake")
                        .register(meters);
    }

    /** Counts it, and returns the facts as all connections of their combination share them. */
    TlsFacts done(TlsFacts facts, Duration sinceAccept) {
        times.record(sinceAccept);
        Kind kind = done.get(facts);
        if (kind == null) {
            kind = done.computeIfAbsent(facts, first -> new Kind(first, counter("done", first)));
        }
        kind.counter.increment();
        return kind.facts;
    }

    void failed() {
        failed.increment();
    }

    private Counter counter(String outcome, TlsFacts facts) {
        return Counter.builder("breakwater.channel.handshakes")
                .description("TLS handshakes")
                .tag("engine", engine.code())
                .tag("outcome", outcome)
                .tag("protocol", facts.protocol())
                .tag("cipher", facts.cipherSuite())
                .tag("group", facts.group())
                .tag("resumed", Boolean.toString(facts.resumed()))
                .register(meters);
    }
}
