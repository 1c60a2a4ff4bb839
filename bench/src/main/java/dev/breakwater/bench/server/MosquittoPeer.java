/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.protocol.mqtt.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Eclipse Mosquitto without persistence, which is how it is most often run. */
final class MosquittoPeer {

    private MosquittoPeer() {}

    static ServerUnderTest start(Path directory, PeerCredential credential)
            throws IOException, InterruptedException {
        int port = Ports.free(1).getFirst();
        Path configuration = directory.resolve("mosquitto.conf");
        Files.write(
                configuration,
                List.of(
                        // Started by root, it would become a user who cannot read its files.
                        "user " + System.getProperty("user.name"),
                        "per_listener_settings false",
                        "persistence false",
                        "log_dest stderr",
                        "log_type error",
                        "log_type warning",
                        "connection_messages false",
                        "listener " + port + " 127.0.0.1",
                        "max_connections -1",
                        "cafile " + credential.trusted(),
                        "certfile " + credential.chain(),
                        "keyfile " + credential.key(),
                        "require_certificate true",
                        "use_identity_as_username true",
                        "tls_version tlsv1.3",
                        "max_inflight_messages 100",
                        "max_queued_messages 1000",
                        "set_tcp_nodelay true"));
        ServerProcess process =
                ServerProcess.start(
                        "mosquitto",
                        List.of(PeerPrograms.find("mosquitto"), "-c", configuration.toString()),
                        Map.of(),
                        directory);
        PeerPrograms.awaitPort(process, port);
        return new PeerServer(
                ServerKind.MOSQUITTO,
                PeerPrograms.firstLine("mosquitto", "-h"),
                directory,
                credential.root(),
                port,
                process,
                MqttVersion.V5,
                "persistence off, max_inflight_messages 100, no ACL",
                new Promise("the broker has read the message; nothing is stored", false, false));
    }
}
