/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.RetryAfter;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How a stopping server sends its devices away. */
class FarewellsTest {

    @Test
    void spreadsTheFarewellsOfMany() {
        List<Long> said = new ArrayList<>();
        List<DeviceSession> sessions = sessions(1_000, () -> said.add(System.nanoTime()));

        Farewells.say(sessions, Duration.ofSeconds(1));

        assertThat(said).hasSize(1_000);
        // Two hundred at a time, a tenth of a second apart.
        assertThat(said.getLast() - said.getFirst()).isGreaterThan(350_000_000L);
        assertThat(sessions)
                .allSatisfy(
                        session ->
                                assertThat(((RecordingSession) session).farewells())
                                        .containsExactly(FarewellReason.SERVER_STOPPING));
    }

    @Test
    void hurriesWhenItIsInterrupted() {
        List<Long> said = new ArrayList<>();
        List<DeviceSession> sessions = sessions(100_000, () -> said.add(System.nanoTime()));
        Thread.currentThread().interrupt();

        Farewells.say(sessions, Duration.ofHours(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(said).hasSize(100_000);
    }

    @Test
    void tellsEachDeviceAMomentOfItsOwn() throws Exception {
        Set<Duration> told = new HashSet<>();
        ChannelScene scene = new ChannelScene(Map.of(Limit.CHANNEL_RETURN_SECONDS, 3_600));
        List<RawDevice> devices = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            devices.add(RawDevice.connect(scene, scene.enroll("d-" + i), MqttVersion.V5));
        }
        scene.close();
        for (RawDevice device : devices) {
            Disconnect farewell = (Disconnect) device.receive();
            Duration wait = RetryAfter.in(farewell.properties()).orElseThrow();
            assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofHours(1));
            told.add(wait);
            device.close();
        }
        // That all eight are the same is less likely than 1 in 10^24.
        assertThat(told).hasSizeGreaterThan(1);
    }

    @Test
    void closesAnOldDeviceWithoutAWord() throws Exception {
        ChannelScene scene = new ChannelScene();
        try (RawDevice tank = RawDevice.connect(scene, scene.tank, MqttVersion.V3_1_1)) {
            scene.close();
            assertThat(tank.untilClosed()).isEmpty();
        }
    }

    private static List<DeviceSession> sessions(int count, Runnable onClose) {
        return Stream.generate(DeviceId::fresh)
                .limit(count)
                .<DeviceSession>map(
                        device -> new RecordingSession(device, OrganizationId.fresh(), onClose))
                .toList();
    }
}
