/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditChain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A server is backed up while devices and an operator are at work, and lost. What it acknowledged
 * before the backup began is in the server that is made out of it, in another place.
 */
@Tag("system")
final class BackupTest {

    private static final int CONNECT_SECONDS_MAX = 30;

    @TempDir Path directory;

    @Test
    void holdsAllThatWasAcknowledgedBeforeIt() throws Exception {
        Path backup = directory.resolve("backup");
        ServerPlace first = place("first");
        Promised promised;
        Administrator operator;
        String head;
        try (ServerProcess server = ServerProcess.start(first)) {
            operator = Administrator.setUp(server);
            Promises promises = promises(server, operator);
            String code = codeForNewcomers(operator);
            ServerTrust trust = EnrolledDevice.trust(server);
            try (Administrator commanding = operator.again()) {
                Load load = Load.begin(first, promises, commanding, trust, code);
                load.awaitUnderway();
                promised = Promised.of(promises);
                head = backUp(first, backup);
                load.announceKill();
                server.kill();
                load.join();
            }
            assertThat(promises.acknowledgedCount()).isGreaterThan(promised.readingCount());
        }
        ServerPlace second = place("second");
        Files.copy(first.sealingKey(), second.sealingKey());
        restore(second, backup);

        try (ServerProcess server = ServerProcess.start(second);
                Administrator there = operator.at(server)) {
            promised.assertKeptBy(there);
            EnrolledDevice device = promised.publishers().getFirst();
            publish(device, second);
            assertThat(there.telemetry(device.id()))
                    .anyMatch(item -> item.at("/reading/afterRestoration").asBoolean(false));
            server.stop();
        }
        // The head that the backup printed is in the chain, which goes on behind it.
        LeftOnDisk left = new LeftOnDisk(second.database());
        assertThat(left.audit(Optional.of(head))).isInstanceOf(AuditChain.Verdict.Intact.class);
        // The CA has recorded whatever the registry admits, and its listeners' certificates.
        assertThat(left.recorded()).containsAll(left.registered());
    }

    private ServerPlace place(String name) throws Exception {
        return ServerPlace.in(
                Files.createDirectory(directory.resolve(name)),
                "[limits]",
                "api-requests-per-second-per-source = 100000",
                "device-publishes-per-second = 100000",
                "device-publishes-per-second-highest = 100000",
                "commands-queued-per-device = 10000");
    }

    private static Promises promises(ServerProcess server, Administrator operator)
            throws Exception {
        String product = operator.createProduct("Backed up");
        List<String> serials = serials("PUBLISHER-%d", 2);
        String code = operator.createEnrollmentCode(product, serials);
        ServerTrust trust = EnrolledDevice.trust(server);
        List<EnrolledDevice> publishers = new ArrayList<>();
        for (String serial : serials) {
            publishers.add(EnrolledDevice.enroll(server.place(), trust, serial, code));
        }
        return new Promises(
                publishers, serials("NEWCOMER-%d", 1_000).stream().map(DeviceSerial::new).toList());
    }

    private static String codeForNewcomers(Administrator operator) {
        String product = operator.createProduct("Newcomers");
        return operator.createEnrollmentCode(product, serials("NEWCOMER-%d", 1_000));
    }

    private static List<String> serials(String form, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(form::formatted).toList();
    }

    /** Backs up a running server, and returns the head of the audit log that it names. */
    private static String backUp(ServerPlace place, Path backup) throws Exception {
        List<String> command =
                List.of("backup", "--config", place.configuration() + "", "--to", backup + "");
        try (RunningProcess process = RunningProcess.start(place.environment(), command)) {
            assertThat(process.awaitEnd()).as(process.output()).isZero();
            assertThat(process.err())
                    .anyMatch(line -> line.contains(place.sealingKey().toString()))
                    .anyMatch(line -> line.startsWith("next: breakwater restore --from " + backup));
            assertThat(Tree.of(backup))
                    .as("for its owner alone, and without its key")
                    .containsKeys("manifest.json", "data/breakwater.db", "data/ca/root.crt")
                    .doesNotContainKey("data/BREAKWATER")
                    .allSatisfy((_, mode) -> assertThat(mode).matches("rw[x-]------ .*"));
            String head = process.out().getLast();
            assertThat(head).startsWith("head ");
            return head.substring(head.lastIndexOf(' ') + 1);
        }
    }

    private static void restore(ServerPlace place, Path backup) throws Exception {
        List<String> command =
                List.of("restore", "--config", place.configuration() + "", "--from", backup + "");
        try (RunningProcess process = RunningProcess.start(place.environment(), command)) {
            assertThat(process.awaitEnd()).as(process.output()).isZero();
            assertThat(process.err())
                    .contains("next: breakwater server --config " + place.configuration());
            assertThat(Tree.of(place.data()))
                    .allSatisfy((_, mode) -> assertThat(mode).matches("rw[x-]------ .*"));
        }
    }

    private static void publish(EnrolledDevice device, ServerPlace place) throws Exception {
        Mqtt5AsyncClient client = device.client(place, () -> {});
        client.connectWith().cleanStart(true).send().get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
        var _ =
                client.publishWith()
                        .topic("me/telemetry")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload("{\"afterRestoration\":true}".getBytes(StandardCharsets.UTF_8))
                        .send()
                        .get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
        client.disconnect().get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
    }

    /** What had been promised at one moment. */
    private record Promised(
            List<EnrolledDevice> publishers,
            Map<String, BitSet> readings,
            Map<String, Set<String>> commands,
            List<EnrolledDevice> enrolled) {

        static Promised of(Promises promises) {
            Map<String, BitSet> readings = new HashMap<>();
            Map<String, Set<String>> commands = new HashMap<>();
            for (EnrolledDevice device : promises.publishers()) {
                readings.put(device.id(), promises.acknowledged(device));
                commands.put(device.id(), Set.copyOf(promises.commands(device)));
            }
            return new Promised(promises.publishers(), readings, commands, promises.enrolled());
        }

        int readingCount() {
            return readings.values().stream().mapToInt(BitSet::cardinality).sum();
        }

        void assertKeptBy(Administrator there) {
            assertThat(readingCount()).as("a backup of nothing proves nothing").isPositive();
            readings.forEach(
                    (device, numbers) -> {
                        BitSet missing = (BitSet) numbers.clone();
                        for (JsonNode item : there.telemetry(device)) {
                            missing.clear(item.at("/reading/number").intValue());
                        }
                        assertThat(missing.cardinality()).as("readings lost").isZero();
                    });
            commands.forEach(
                    (device, ids) -> {
                        Set<String> missing = new HashSet<>(ids);
                        there.commands(device)
                                .forEach(one -> missing.remove(one.path("id").asString()));
                        assertThat(missing).as("commands lost").isEmpty();
                    });
            for (EnrolledDevice device : enrolled) {
                assertThat(there.certificates(device.id()))
                        .anyMatch(
                                certificate ->
                                        certificate
                                                .path("fingerprint")
                                                .asString()
                                                .equals(Fingerprint.of(device.leaf()).hex()));
            }
        }
    }
}
