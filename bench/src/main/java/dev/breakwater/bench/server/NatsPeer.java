/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.protocol.mqtt.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NATS with JetStream and its MQTT gateway, which keeps QoS 1 messages in a stream on disk. */
final class NatsPeer {

    private static final Pattern VERSION = Pattern.compile("v([0-9]+)\\.([0-9]+)\\..*");

    /** From this one on, a stream can be told to sync each message before it is acknowledged. */
    private static final int SYNCING_MINOR = 10;

    private NatsPeer() {}

    static ServerUnderTest start(Path directory, PeerCredential credential)
            throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(2);
        String version = PeerPrograms.firstLine("nats-server", "--version");
        boolean syncs = syncs(version);
        Path configuration = directory.resolve("nats.conf");
        Files.write(
                configuration,
                List.of(
                        "listen: \"127.0.0.1:%d\"".formatted(ports.get(0)),
                        "server_name: bench",
                        "max_connections: 18000",
                        "jetstream {",
                        "  store_dir: \"%s\"".formatted(directory.resolve("stream")),
                        "  max_file_store: 20GB",
                        syncs ? "  sync_interval: always" : "",
                        "}",
                        "mqtt {",
                        "  listen: \"127.0.0.1:%d\"".formatted(ports.get(1)),
                        "  max_ack_pending: 65535",
                        "  tls {",
                        "    cert_file: \"%s\"".formatted(credential.chain()),
                        "    key_file: \"%s\"".formatted(credential.key()),
                        "    ca_file: \"%s\"".formatted(credential.trusted()),
                        "    verify: true",
                        "    timeout: 10",
                        "  }",
                        "}"));
        ServerProcess process =
                ServerProcess.start(
                        "nats",
                        List.of(PeerPrograms.find("nats-server"), "-c", configuration.toString()),
                        Map.of(),
                        directory);
        PeerPrograms.awaitPort(process, ports.get(1));
        return new PeerServer(
                ServerKind.NATS,
                version,
                directory,
                credential.root(),
                ports.get(1),
                process,
                MqttVersion.V3_1_1,
                syncs
                        ? "JetStream on disk, sync_interval: always"
                        : "JetStream on disk; this version cannot sync before it acknowledges (2.10 can)",
                new Promise(
                        syncs
                                ? "the message is on disk (fsync)"
                                : "the message is with the operating system, which is asked to sync every two minutes",
                        syncs,
                        true));
    }

    private static boolean syncs(String version) {
        Matcher matcher = VERSION.matcher(version.replaceAll(".*: *", ""));
        return matcher.matches()
                && (Integer.parseInt(matcher.group(1)) > 2
                        || Integer.parseInt(matcher.group(2)) >= SYNCING_MINOR);
    }
}
