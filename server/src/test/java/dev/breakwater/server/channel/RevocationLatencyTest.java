/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.server.identity.DeviceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Revocation closes the live session (invariant I3), however many others are connected. */
class RevocationLatencyTest {

    private static final Duration P99_MAX = Duration.ofMillis(100);

    @Test
    void cutsOffEveryRevokedDeviceAndNoOther() throws Exception {
        measure(20, 10);
    }

    @Test
    @Tag("system")
    void cutsOffWithin100MillisecondsAmongAThousandSessions() throws Exception {
        List<Long> nanos = measure(1_000, 500);
        Duration p99 = Duration.ofNanos(nanos.get(nanos.size() * 99 / 100));
        System.out.printf(
                "revocation to closed socket, %d of 1,000 sessions, half MQTT, half WSS: p50 %.2f ms, p99 %.2f ms%n",
                nanos.size(), nanos.get(nanos.size() / 2) / 1e6, p99.toNanos() / 1e6);
        assertThat(p99).isLessThan(P99_MAX);
    }

    /** From the call that revokes to the end of the stream at the device, sorted. */
    private static List<Long> measure(int connected, int revoked) throws Exception {
        List<RawDevice> sockets = new ArrayList<>();
        List<ChannelScene.Enrolled> devices = new ArrayList<>();
        try (ChannelScene scene = new ChannelScene();
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connected; i++) {
                ChannelScene.Enrolled device = scene.enroll("tank-" + (i + 2));
                devices.add(device);
                sockets.add(
                        i % 2 == 0
                                ? RawDevice.connect(scene, device, MqttVersion.V5)
                                : RawDevice.connectByWebSocket(scene, device));
            }
            List<Long> nanos = new ArrayList<>();
            for (int i = 0; i < revoked; i++) {
                RawDevice socket = sockets.get(i);
                Future<Long> closedAt = readers.submit(closedAt(socket));
                long revokedAt = System.nanoTime();
                scene.change(devices.get(i), DeviceStatus.REVOKED);
                nanos.add(closedAt.get() - revokedAt);
            }
            assertThat(scene.sessions.count()).isEqualTo(connected - revoked);
            Collections.sort(nanos);
            return nanos;
        } finally {
            for (RawDevice socket : sockets) {
                close(socket);
            }
        }
    }

    private static Callable<Long> closedAt(RawDevice socket) {
        return () -> {
            socket.untilClosed();
            return System.nanoTime();
        };
    }

    private static void close(RawDevice socket) throws IOException {
        socket.close();
    }
}
