/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * S3Proxy over a directory: a server of S3 that nobody here wrote. It runs in a process of its own,
 * for its Jetty is not ours; Maven fetches it into a folder of its own.
 */
final class S3Proxy implements AutoCloseable {

    private static final String BUCKET = "artifacts";
    private static final String KEY_ID = "breakwater";
    private static final String KEY = "a-key-of-the-test";
    private static final int START_SECONDS = 60;
    private static final int PROBE_MILLISECONDS = 100;

    private final Process process;
    private final int port;

    private S3Proxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it over a directory, with the bucket in it. */
    static S3Proxy start(Path directory) throws Exception {
        Path root = Path.of(System.getProperty("breakwater.root", ".."));
        Path libraries = root.resolve("server/target/peers/s3proxy");
        if (!Files.isDirectory(libraries)) {
            fetch(root);
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path data = Files.createDirectories(directory.resolve("s3"));
        Files.createDirectories(data.resolve(BUCKET));
        Path settings = directory.resolve("s3proxy.conf");
        Files.write(
                settings,
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + KEY_ID,
                        "s3proxy.credential=" + KEY,
                        "jclouds.provider=filesystem",
                        "jclouds.identity=local",
                        "jclouds.credential=local",
                        "jclouds.filesystem.basedir=" + data));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                libraries + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("s3proxy.log").toFile())
                        .start();
        S3Proxy proxy = new S3Proxy(process, port);
        proxy.await(directory.resolve("s3proxy.log"));
        return proxy;
    }

    private static void fetch(Path root) throws IOException, InterruptedException {
        Process maven =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                ". build-support/find-jdk.sh && run_maven -q -f"
                                        + " build-support/peers/s3proxy/pom.xml"
                                        + " dependency:copy-dependencies")
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (maven.waitFor() != 0) {
            throw new IOException("S3Proxy cannot be fetched: " + said);
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() - deadline < 0 && process.isAlive()) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                var _ = process.waitFor(PROBE_MILLISECONDS, TimeUnit.MILLISECONDS);
            }
        }
        close();
        throw new IOException("S3Proxy does not listen; it said: " + Files.readString(log));
    }

    /** The place with the key that it takes. */
    S3Place place() {
        return place(KEY);
    }

    /** The place with another key. */
    S3Place place(String key) {
        return new S3Place(
                URI.create("http://127.0.0.1:" + port),
                BUCKET,
                "us-east-1",
                KEY_ID,
                SecretText.of(key.toCharArray()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
