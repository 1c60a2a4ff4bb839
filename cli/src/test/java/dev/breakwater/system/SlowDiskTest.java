/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server whose disk is stuck, full, or lost sight of by a kill; its devices stay. */
@Tag("system")
final class SlowDiskTest {

    private static final int KEEP_ALIVE_SECONDS = 2;

    @TempDir Path directory;

    /** A server with one enrolled device. */
    private record Scene(ServerProcess server, Administrator operator, EnrolledDevice device)
            implements AutoCloseable {

        static Scene start(Path directory) throws Exception {
            ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
            Administrator operator = Administrator.setUp(server);
            String product = operator.createProduct("Slow");
            String code = operator.createEnrollmentCode(product, List.of("TANK-1"));
            ServerTrust trust = EnrolledDevice.trust(server);
            return new Scene(
                    server, operator, EnrolledDevice.enroll(server.place(), trust, "TANK-1", code));
        }

        RawChannel connect() throws Exception {
            return RawChannel.connect(server.place(), device, KEEP_ALIVE_SECONDS);
        }

        /** What can be read of the device's telemetry through the API. */
        List<Integer> numbers(Administrator reader) {
            return reader.telemetry(device.id()).stream()
                    .map(item -> item.at("/reading/number").intValue())
                    .toList();
        }

        @Override
        public void close() {
            operator.close();
            server.close();
        }
    }

    /** The write lock of SQLite, held by somebody else for longer than any timeout of ours. */
    @Test
    void keepsItsDevicesWhileTheDatabaseIsLocked() throws Exception {
        try (Scene scene = Scene.start(directory);
                RawChannel tank = scene.connect();
                Connection other =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + scene.server().place().database());
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN IMMEDIATE");
            for (int number = 1; number <= 100; number++) {
                tank.publish(number, reading(number), false);
            }
            // A well-behaved device is heard, so that it does not think the server gone.
            for (int second = 0; second < 8; second++) {
                tank.send(new PingReq());
                assertThat(tank.receive()).isEqualTo(new PingResp());
                assertThat(new CountDownLatch(1).await(1, TimeUnit.SECONDS)).isFalse();
            }
            assertThat(scene.numbers(scene.operator())).isEmpty();
            lock.execute("COMMIT");

            for (int number = 1; number <= 100; number++) {
                assertThat(tank.receive()).isEqualTo(new PubAck(number));
            }
            assertThat(scene.numbers(scene.operator())).hasSize(100);
        }
    }

    @Test
    void refusesWithQuotaExceededWhileTheDiskIsFullAndLosesNothing() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString()))
                .as("a file system may be mounted here")
                .isTrue();
        try (Scene scene = Scene.start(disk);
                RawChannel tank = scene.connect()) {
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            Set<Integer> acknowledged = new HashSet<>();
            int refused = 0;
            int number = 0;
            while (refused < 20) {
                number++;
                if (acknowledgedByServer(tank, number)) {
                    acknowledged.add(number);
                } else {
                    refused++;
                }
            }
            Files.delete(ballast);

            for (int more = 0; more < 100; more++) {
                number++;
                if (acknowledgedByServer(tank, number)) {
                    acknowledged.add(number);
                }
            }
            assertThat(acknowledged).contains(number);
            scene.server().kill();
            try (ServerProcess again = ServerProcess.start(scene.server().place());
                    Administrator operator = scene.operator().again()) {
                assertThat(scene.numbers(operator))
                        .containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(again.stop()).isIn(0, 143);
            }
            assertThat(new LeftOnDisk(scene.server().place().database()).audit(Optional.empty()))
                    .isInstanceOf(AuditChain.Verdict.Intact.class);
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static boolean acknowledgedByServer(RawChannel tank, int number) throws IOException {
        tank.publish(1 + number % 1_000, reading(number), false);
        PubAck answer = (PubAck) tank.receive();
        assertThat(answer.reasonCode()).isIn(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED);
        return answer.reasonCode() == ReasonCode.SUCCESS;
    }

    /** Stored, killed before the acknowledgement was seen, sent again: once in the end. */
    @Test
    void storesOnceWhatIsSentAgainAfterAKill() throws Exception {
        try (Scene scene = Scene.start(directory)) {
            try (RawChannel tank = scene.connect()) {
                for (int number = 1; number <= 10; number++) {
                    tank.publish(number, reading(number), false);
                }
                List<MqttPacket> acknowledgements = new ArrayList<>();
                for (int number = 1; number <= 10; number++) {
                    acknowledgements.add(tank.receive());
                }
                assertThat(acknowledgements).contains(new PubAck(10));
                scene.server().kill();
            }
            try (ServerProcess again = ServerProcess.start(scene.server().place());
                    RawChannel tank = scene.connect();
                    Administrator operator = scene.operator().again()) {
                for (int number = 1; number <= 12; number++) {
                    tank.publish(number, reading(number), true);
                }
                // The same content under another identifier is another reading.
                tank.publish(13, reading(10), true);
                for (int number = 1; number <= 13; number++) {
                    assertThat(tank.receive()).isEqualTo(new PubAck(number));
                }
                assertThat(scene.numbers(operator))
                        .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 10);
                assertThat(again.stop()).isIn(0, 143);
            }
        }
    }

    private static String reading(int number) {
        return "{\"number\":%d,\"filler\":\"%s\"}".formatted(number, "x".repeat(1_000));
    }

    private static void fill(Path ballast) {
        byte[] chunk = new byte[4_096];
        try {
            while (true) {
                Files.write(ballast, chunk, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
