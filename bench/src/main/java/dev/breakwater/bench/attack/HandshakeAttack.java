/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TLS handshakes that are begun and never ended: the same first flight again and again, which costs
 * its sender nothing. Devices with valid certificates connect meanwhile.
 */
final class HandshakeAttack implements Attack {

    private static final int SOURCES = 250;
    private static final int CONNECTIONS = 200;
    private static final double CONNECT_P99_MILLIS = 1_000;
    private static final Duration CONNECT_PERIOD = Duration.ofMillis(50);
    private static final int PATIENCE_SECONDS = 30;

    @Override
    public void run(Arena arena) throws Exception {
        against(arena, "devices' listener", arena.server().channelPort());
        against(arena, "API's listener", arena.server().apiPort());
    }

    private static void against(Arena arena, String listener, int port) throws Exception {
        try (Watch watch = arena.watch();
                Horde horde =
                        Horde.release(
                                arena,
                                HordeMember.Way.HANDSHAKES,
                                port,
                                arena.effort().flood(),
                                SOURCES,
                                CONNECTIONS)) {
            Arrivals arrivals = connectFor(arena, arena.effort().flood());
            Map<String, Double> counted = horde.end();
            watch.attackEnded();
            arena.findings().remark("%s: %s".formatted(listener, counted));
            arena.findings()
                    .below(
                            listener + ": p99 of a device's connect, ms",
                            CONNECT_P99_MILLIS,
                            arrivals.latencies.sorted().millis(99));
            arena.findings().atMost(listener + ": devices not let in", 0, arrivals.refused.get());
            EverybodyElse.areAnswered(arena.findings(), listener, watch);
            arena.findings()
                    .atMost(
                            listener + ": devices that lose their connection",
                            0,
                            watch.disconnects());
        }
    }

    private static Arrivals connectFor(Arena arena, Duration time) throws InterruptedException {
        List<DeviceIdentity> all = arena.fleet().devices();
        List<DeviceIdentity> coming = all.subList(Guests.COUNT + 1, all.size());
        long rounds = time.dividedBy(CONNECT_PERIOD);
        Arrivals arrivals = new Arrivals(new CountDownLatch(Math.toIntExact(rounds)));
        for (int i = 0; i < rounds; i++) {
            arena.dialer()
                    .dial(
                            coming.get(i % coming.size()),
                            MqttTerms.passing(MqttVersion.V5),
                            arrivals);
            Thread.sleep(CONNECT_PERIOD);
        }
        boolean everybody = arrivals.ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!everybody) {
            arrivals.refused.addAndGet(Math.toIntExact(arrivals.ended.getCount()));
        }
        return arrivals;
    }

    /** Devices that come, and leave as soon as they are let in. */
    private static final class Arrivals implements DeviceBehaviour {

        private final Latencies latencies = new Latencies();
        private final AtomicInteger refused = new AtomicInteger();
        private final CountDownLatch ended;

        Arrivals(CountDownLatch ended) {
            this.ended = ended;
        }

        @Override
        public void connected(DeviceLink link) {
            latencies.add(System.nanoTime() - link.dialledNanos());
            link.disconnect();
        }

        @Override
        public void ended(DeviceLink link, LinkEnd end) {
            if (!end.connected()) {
                refused.incrementAndGet();
            }
            ended.countDown();
        }
    }
}
