/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified programs that a device maker may have today. */
@Tag("system")
class StockProgramTest {

    private static final String NPM_MQTT = "mqtt@5.16.0";

    private ChannelScene scene;
    @TempDir private Path folder;

    @BeforeEach
    void openChannelAndWriteTheIdentityAsPem() throws Exception {
        scene = new ChannelScene();
        writePem("ca.pem", scene.pki.root());
        writePem("device.pem", scene.tank.identity().chain().toArray(new X509Certificate[0]));
        Files.writeString(
                folder.resolve("device.key"),
                TestKeys.pem(
                        "PRIVATE KEY", scene.tank.identity().keys().getPrivate().getEncoded()));
    }

    private void writePem(String name, X509Certificate... certificates) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            pem.append(TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(folder.resolve(name), pem);
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv5"})
    void mosquittoPublishes(String version) throws Exception {
        assumeTrue(onPath("mosquitto_pub"), "needs Debian package mosquitto-clients");
        Process publishing =
                mosquitto("mosquitto_pub", version, "-q", "2", "-t", "me/telemetry", "-m", "21 C");
        assertThat(ended(publishing)).isZero();
        assertThat(scene.topics.next().text()).isEqualTo("21 C");
    }

    @Test
    void mosquittoGetsACommandAndIsCutOff() throws Exception {
        assumeTrue(onPath("mosquitto_sub"), "needs Debian package mosquitto-clients");
        Process subscribing =
                mosquitto("mosquitto_sub", "mqttv5", "-q", "1", "-t", "me/commands/+", "-C", "2");
        scene.topics.nextCaughtUp();
        Outcome outcome = new Outcome();
        scene.sessions
                .of(scene.tank.id())
                .orElseThrow()
                .deliver(
                        new OutboundMessage(
                                "me/commands/1", "feed".getBytes(StandardCharsets.UTF_8)),
                        outcome);
        try (BufferedReader output = subscribing.inputReader()) {
            assertThat(output.readLine()).isEqualTo("feed");
            assertThat(outcome.wasDelivered()).isTrue();
            scene.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(output.readLine()).isNull();
        }
        assertThat(ended(subscribing)).isNotNegative();
        Process again = mosquitto("mosquitto_pub", "mqttv5", "-t", "me/telemetry", "-m", "22 C");
        assertThat(ended(again)).isNotZero();
    }

    private Process mosquitto(String program, String version, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program,
                                "-V",
                                version,
                                "-h",
                                "localhost",
                                "-p",
                                Integer.toString(scene.port()),
                                "-i",
                                scene.tank.id().toString(),
                                "--cafile",
                                "ca.pem",
                                "--cert",
                                "device.pem",
                                "--key",
                                "device.key"));
        command.addAll(List.of(arguments));
        return start(command);
    }

    @Test
    void mqttJsPublishesGetsACommandAndIsCutOffOverWebSocket() throws Exception {
        assumeTrue(onPath("npm") && onPath("node"), "needs Debian packages nodejs and npm");
        Process install =
                start(List.of("npm", "install", "--no-audit", "--no-fund", "--silent", NPM_MQTT));
        assumeTrue(install.waitFor(120, TimeUnit.SECONDS), "npm took too long");
        assumeTrue(install.exitValue() == 0, "npm cannot install " + NPM_MQTT);
        Files.writeString(
                folder.resolve("device.js"),
                """
                const fs = require('fs');
                const client = require('mqtt').connect('wss://localhost:' + process.argv[2] + '/mqtt', {
                  ca: fs.readFileSync('ca.pem'), cert: fs.readFileSync('device.pem'),
                  key: fs.readFileSync('device.key'), clientId: process.argv[3], protocolVersion: 5, reconnectPeriod: 0
                });
                client.on('connect', () => client.subscribe('me/commands/+', { qos: 1 }, () =>
                  client.publish('me/telemetry', '21 C', { qos: 1 }, () => console.log('stored'))));
                client.on('message', (topic, payload) => console.log(payload.toString()));
                client.on('disconnect', packet => console.log('cut off ' + packet.reasonCode));
                client.on('error', error => console.log('error ' + error.message));
                client.on('close', () => process.exit(0));
                """);
        Process device =
                start(
                        List.of(
                                "node",
                                "device.js",
                                Integer.toString(scene.port()),
                                scene.tank.id().toString()));
        try (BufferedReader output = device.inputReader()) {
            assertThat(output.readLine()).isEqualTo("stored");
            assertThat(scene.topics.next().text()).isEqualTo("21 C");
            scene.sessions
                    .of(scene.tank.id())
                    .orElseThrow()
                    .deliver(
                            new OutboundMessage(
                                    "me/commands/1", "feed".getBytes(StandardCharsets.UTF_8)),
                            new Outcome());
            assertThat(output.readLine()).isEqualTo("feed");
            scene.change(scene.tank, DeviceStatus.REVOKED);
            assertThat(output.readLine()).isEqualTo("cut off 152");
            assertThat(ended(device)).isZero();
        }
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
    }

    private static int ended(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the program ended").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean onPath(String program) {
        for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }
}
