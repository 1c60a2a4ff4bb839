/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.server.Listeners;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever bytes come in at any of the four ports cost their connection and nothing else: the
 * server answers everybody else, during and after, and its memory does not grow with the attack.
 */
@Tag("system")
final class HostileBytesTest {

    private static final int ROUNDS = Integer.getInteger("breakwater.hostile-rounds", 3);
    private static final long GROWTH_KIB_MAX = 160 * 1024;
    private static final int PATIENCE_SECONDS = 30;

    @TempDir Path directory;

    @Test
    void costNoMoreThanTheirConnection() throws Exception {
        long seed = Long.getLong("breakwater.seed", System.nanoTime());
        System.out.println("HostileBytesTest seed " + seed);
        Random random = new Random(seed);
        // A ban of its source would end the attack before it reaches what reads the bytes.
        ServerPlace place =
                ServerPlace.in(directory, "[bans]", "never = [\"127.0.0.0/8\"]")
                        .with("JAVA_TOOL_OPTIONS", "-Xmx192m");
        try (ServerProcess server = ServerProcess.start(place);
                Administrator administrator = Administrator.setUp(server)) {
            String product = administrator.createProduct("Probe");
            String code = administrator.createEnrollmentCode(product, List.of("PROBE"));
            ServerTrust trust = EnrolledDevice.trust(server);
            EnrolledDevice device = EnrolledDevice.enroll(place, trust, "PROBE", code);
            attackAll(server, device, random).close();
            probe(server, administrator, device);
            long before = residentKib(server);

            for (int round = 0; round < ROUNDS; round++) {
                try (HostileClient hostile = attackAll(server, device, random)) {
                    // Half-finished handshakes are still open here.
                    assertThat(hostile.heldOpen()).isPositive();
                    probe(server, administrator, device);
                }
            }

            probe(server, administrator, device);
            long growthKib = residentKib(server) - before;
            System.out.println("the server grew by " + growthKib + " KiB from " + before + " KiB");
            assertThat(growthKib).isLessThan(GROWTH_KIB_MAX);
            assertThat(server.process().err()).noneMatch(line -> line.contains("OutOfMemory"));
        }
    }

    private static HostileClient attackAll(
            ServerProcess server, EnrolledDevice device, Random random) throws Exception {
        HostileClient hostile = new HostileClient(device, random);
        Listeners ports = server.place().ports();
        hostile.attackTls(ports.channel(), HostileClient.Language.MQTT);
        hostile.attackTls(ports.enrollment(), HostileClient.Language.HTTP);
        hostile.attackTls(ports.api(), HostileClient.Language.HTTP);
        hostile.attackPlain(ports.operations(), HostileClient.Language.HTTP);
        return hostile;
    }

    private static void probe(
            ServerProcess server, Administrator administrator, EnrolledDevice device)
            throws Exception {
        Mqtt5AsyncClient client = device.client(server.place(), () -> {});
        client.connect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        client.publishWith()
                .topic("me/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"alive\":true}".getBytes(StandardCharsets.UTF_8))
                .send()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        client.disconnect().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(EnrolledDevice.trust(server).root()).isEqualTo(device.trust().root());
        assertThat(administrator.device("PROBE").path("id").asString()).isEqualTo(device.id());
        assertThat(operationsStatus(server)).isEqualTo(200);
    }

    private static int operationsStatus(ServerProcess server)
            throws IOException, InterruptedException {
        URI alive =
                URI.create("http://127.0.0.1:" + server.place().ports().operations() + "/livez");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(alive).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    /** What the process really takes of the machine, heap and all (proc(5)). */
    private static long residentKib(ServerProcess server) throws IOException {
        Path status = Path.of("/proc", Long.toString(server.process().processId()), "status");
        String line =
                Files.readAllLines(status).stream()
                        .filter(one -> one.startsWith("VmRSS:"))
                        .findFirst()
                        .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
