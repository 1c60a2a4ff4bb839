/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * Debian's nginx, which serves a directory to whoever shows a certificate of the fleet: what people
 * put in front of files when they want mutual TLS. One worker for each processor, as it advises.
 */
public final class NginxServer implements AutoCloseable {

    /** As it is written in results. */
    public static final String LABEL = "nginx";

    private static final String PROGRAM = "nginx";

    private final X509Certificate root;
    private final int port;
    private final String version;
    private final ServerProcess process;
    private final Path directory;

    private NginxServer(
            X509Certificate root, int port, String version, ServerProcess process, Path directory) {
        this.root = root;
        this.port = port;
        this.version = version;
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts it.
     *
     * @param served the directory it serves
     */
    static NginxServer start(Path directory, PeerCredential credential, Path served)
            throws IOException, InterruptedException {
        int port = Ports.free(1).getFirst();
        Path configuration = directory.resolve("nginx.conf");
        Files.write(
                configuration,
                List.of(
                        // Started by root, its workers would become a user who may not read.
                        "user " + System.getProperty("user.name") + ";",
                        "daemon off;",
                        "worker_processes " + Runtime.getRuntime().availableProcessors() + ";",
                        "pid " + directory.resolve("nginx.pid") + ";",
                        "error_log stderr error;",
                        "events { worker_connections 1024; }",
                        "http {",
                        "  access_log off;",
                        "  sendfile on;",
                        "  server {",
                        "    listen 127.0.0.1:" + port + " ssl;",
                        "    ssl_protocols TLSv1.3;",
                        "    ssl_certificate " + credential.chain() + ";",
                        "    ssl_certificate_key " + credential.key() + ";",
                        "    ssl_client_certificate " + credential.trusted() + ";",
                        "    ssl_verify_client on;",
                        "    ssl_verify_depth 3;",
                        "    root " + served + ";",
                        "  }",
                        "}"));
        ServerProcess process =
                ServerProcess.start(
                        PROGRAM,
                        List.of(
                                PeerPrograms.find(PROGRAM),
                                "-p",
                                directory.toString(),
                                "-c",
                                configuration.toString()),
                        Map.of(),
                        directory);
        PeerPrograms.awaitPort(process, port);
        return new NginxServer(
                credential.root(),
                port,
                PeerPrograms.firstLine(PROGRAM, "-v").replace("nginx version: ", ""),
                process,
                directory);
    }

    /** The root of its certificate. */
    public X509Certificate root() {
        return root;
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return port;
    }

    /** The version that it reports itself. */
    public String version() {
        return version;
    }

    /** Its process; the workers are its children. */
    public ServerProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
        Workplace.delete(directory);
    }
}
