/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdatePaths;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much memory a device takes for an image of 64 MiB, or of 1 GiB as a drill, that it downloads
 * by mutual TLS from another process. Counted is what the system keeps for the device's whole
 * process and nobody else could give up: heap, compiled code, classes, stacks, buffers of TLS.
 */
@Timeout(900)
class DownloadMemoryTest {

    private static final int PART_BYTES = 64 * 1024;
    private static final int KIB_MAX = 64 * 1024;

    @TempDir Path directory;

    @Test
    void takesAnImageThatIsManyTimesItsMemoryByMutualTls() throws Exception {
        boolean drill = Boolean.getBoolean("breakwater.drill");
        long length = drill ? 1L << 30 : 64L << 20;
        PlayedServer server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        // It leaves the device's certificate and keys in its storage.
        UpdatedDevice enrolled = new UpdatedDevice(directory, server);
        try (RandomAccessFile slot =
                new RandomAccessFile(directory.resolve("b.img").toFile(), "rw")) {
            slot.setLength(length);
        }
        Files.write(directory.resolve("a.img"), new byte[1]);
        String sha256 = sha256(length);
        AtomicInteger proved = new AtomicInteger();
        server.est.serve(
                UpdatePaths.ARTIFACTS + sha256,
                exchange -> {
                    if (((HttpsExchange) exchange).getSSLSession().getPeerCertificates().length
                            > 0) {
                        proved.incrementAndGet();
                    }
                    give(exchange, length);
                });
        String said = run(server, length, sha256);
        server.close();
        enrolled.close();
        assertThat(proved).as(said).hasValue(1);
        long peak = kib(said, "VmHWM");
        long own = kib(said, "RssAnon");
        DrillFigures.say(
                ("an image of %d MiB by mutual TLS took %d MiB of the device's own memory, and %d MiB"
                                + " at most with the files of the JDK that it has mapped")
                        .formatted(length >> 20, own >> 10, peak >> 10));
        assertThat(own).as(said).isLessThanOrEqualTo(KIB_MAX);
    }

    private String run(PlayedServer server, long length, String sha256) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx12m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                ofTheAgent(System.getProperty("java.class.path")),
                                LargeDownload.class.getName(),
                                directory.toString(),
                                Integer.toString(server.est.port()),
                                RootFingerprint.of(server.pki.root()).hex(),
                                Long.toString(length),
                                sha256)
                        .redirectErrorStream(true);
        // Or the C library keeps an arena for every processor, however little is in use.
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static long kib(String said, String field) {
        String line =
                said.lines().filter(some -> some.startsWith(field + ":")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    private static byte[] part(long at) {
        byte[] part = new byte[PART_BYTES];
        for (int index = 0; index < part.length; index++) {
            part[index] = (byte) (index * 31L + (at >> 16));
        }
        return part;
    }

    private static void give(HttpExchange exchange, long length) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, length);
            OutputStream body = exchange.getResponseBody();
            for (long done = 0; done < length; done += PART_BYTES) {
                body.write(part(done));
            }
        }
    }

    private static String sha256(long length) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long done = 0; done < length; done += PART_BYTES) {
            digest.update(part(done));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * What the agent itself depends on. What tests need besides takes memory even if nobody looks
     * into it, and so does a log of the tests' choice: a product chooses its own.
     */
    private static String ofTheAgent(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(
                        entry ->
                                !entry.endsWith(".jar")
                                        || entry.contains("breakwater")
                                        || entry.matches(".*/(jackson|slf4j-api|bc)[^/]*"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
