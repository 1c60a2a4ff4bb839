/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.protocol.mqtt.MqttVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Peers that are Java libraries. Each is one source file and the jars that {@code
 * build-support/bench.sh} has fetched for it, in a Java process of its own: they bring their own
 * Netty, which must not meet ours.
 */
final class JavaPeer {

    private static final Duration START_WAIT = Duration.ofMinutes(3);

    private JavaPeer() {}

    /** Apache ActiveMQ Artemis, its journal synced. */
    static ServerUnderTest artemis(Path checkout, Path directory, PeerCredential credential)
            throws IOException, InterruptedException {
        return start(
                ServerKind.ARTEMIS,
                checkout,
                directory,
                credential,
                "ArtemisPeer.java",
                "journal NIO, journal-datasync and both journal-sync settings on (its defaults)",
                new Promise("the message is on disk (fdatasync of the journal)", true, true));
    }

    /** HiveMQ Community Edition, its persistence in files. */
    static ServerUnderTest hivemq(Path checkout, Path directory, PeerCredential credential)
            throws IOException, InterruptedException {
        return start(
                ServerKind.HIVEMQ,
                checkout,
                directory,
                credential,
                "HivemqPeer.java",
                "file persistence, queue size raised so that nothing is dropped",
                new Promise(
                        "the message is with the operating system; nothing is synced",
                        false,
                        true));
    }

    private static ServerUnderTest start(
            ServerKind kind,
            Path checkout,
            Path directory,
            PeerCredential credential,
            String source,
            String setting,
            Promise promise)
            throws IOException, InterruptedException {
        Path jars = checkout.resolve("bench/target/peers").resolve(kind.label());
        if (!Files.isDirectory(jars)) {
            throw new ServerFailed(
                    "the jars of %s are not in %s; run it by ./breakwater bench"
                            .formatted(kind.label(), jars));
        }
        int port = Ports.free(1).getFirst();
        ServerProcess process =
                ServerProcess.start(
                        kind.label(),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx3g",
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                                "-cp",
                                jars + "/*",
                                checkout.resolve("build-support/peers")
                                        .resolve(kind.label())
                                        .resolve(source)
                                        .toString(),
                                Integer.toString(port),
                                credential.keyStore().toString(),
                                credential.trustStore().toString(),
                                PeerCredential.PASSWORD,
                                directory.resolve("data").toString()),
                        Map.of("HOME", directory.toString()),
                        directory);
        try {
            String version =
                    process.awaitLine(line -> line.startsWith("version "), START_WAIT)
                            .replace("version ", "");
            return new PeerServer(
                    kind,
                    version,
                    directory,
                    credential.root(),
                    port,
                    process,
                    MqttVersion.V5,
                    setting,
                    promise);
        } catch (ServerFailed silent) {
            process.close();
            throw silent;
        }
    }
}
