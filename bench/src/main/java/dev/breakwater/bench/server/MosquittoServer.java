/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** Eclipse Mosquitto, as Debian packages it, without persistence: what most people run. */
final class MosquittoServer implements ServerUnderTest {

    private static final int CONNECTIONS_MAX = -1;

    private final Path directory;
    private final PeerCredential credential;
    private final int port;
    private final String version;
    private final ServerProcess process;

    private MosquittoServer(
            Path directory,
            PeerCredential credential,
            int port,
            String version,
            ServerProcess process) {
        this.directory = directory;
        this.credential = credential;
        this.port = port;
        this.version = version;
        this.process = process;
    }

    static MosquittoServer start(Path directory, PeerCredential credential)
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
                        "max_connections " + CONNECTIONS_MAX,
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
        return new MosquittoServer(
                directory, credential, port, PeerPrograms.firstLine("mosquitto", "-h"), process);
    }

    @Override
    public ServerKind kind() {
        return ServerKind.MOSQUITTO;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public X509Certificate root() {
        return credential.root();
    }

    @Override
    public int channelPort() {
        return port;
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    @Override
    public String setting() {
        return "TLS 1.3 with client certificates, persistence off, max_inflight_messages 100, no ACL";
    }

    @Override
    public String promise() {
        return "the broker has read the message; nothing is stored";
    }

    @Override
    public void close() {
        process.close();
        Workplace.delete(directory);
    }
}
