/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.update.launch.Launcher;
import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A product that really restarts, as processes under the real launcher, into another version. */
@Timeout(200)
class RestartTest {

    @TempDir Path directory;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private String instruction = "stay";

    @BeforeEach
    void setUp() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Files.createDirectory(directory.resolve("artifacts"));
        Files.createDirectory(directory.resolve("kept"));
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    /** The first to ask is told to install, everybody else to end. */
    private void serve() {
        try {
            while (true) {
                try (Socket socket = server.accept();
                        BufferedReader in =
                                new BufferedReader(
                                        new InputStreamReader(socket.getInputStream(), UTF_8))) {
                    String line = String.valueOf(in.readLine());
                    boolean first = heard.stream().noneMatch(said -> said.startsWith("ask"));
                    heard.add(line);
                    String answer = line.startsWith("ask") ? (first ? instruction : "end") : "ok";
                    socket.getOutputStream().write((answer + "\n").getBytes(UTF_8));
                }
            }
        } catch (IOException closed) {
            heard.add("closed");
        }
    }

    private byte[] artifact(String version, String defect) throws IOException {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar)) {
            out.putNextEntry(new JarEntry("version.properties"));
            out.write("version=%s\ndefect=%s\n".formatted(version, defect).getBytes(UTF_8));
        }
        return UpdateBench.zip(Map.of("lib/version.jar", jar.toByteArray()));
    }

    /** Installs 1.0, offers the other, and returns what the launcher said when it ended. */
    private String play(String version, String defect, int trialSeconds) throws Exception {
        Path first = directory.resolve("tank-1.0.zip");
        Files.write(first, artifact("1.0", "none"));
        DirectorySlots.install(directory.resolve("slots"), first, ArchiveLimits.usual());
        byte[] next = artifact(version, defect);
        Files.write(directory.resolve("artifacts/next.zip"), next);
        instruction =
                "install %s next.zip %d %s"
                        .formatted(version, next.length, UpdateBench.sha256(next));
        String classPath = System.getProperty("java.class.path");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process launcher =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx16m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                classPath,
                                Launcher.class.getName(),
                                "run",
                                directory.resolve("slots").toString(),
                                Integer.toString(trialSeconds),
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                "{slot}/lib/version.jar:" + classPath,
                                PlayedVersion.class.getName(),
                                directory.resolve("kept").toString(),
                                directory.resolve("artifacts").toString(),
                                Integer.toString(server.getLocalPort()))
                        .redirectErrorStream(true)
                        .start();
        try {
            String said = new String(launcher.getInputStream().readAllBytes(), UTF_8);
            assertThat(launcher.waitFor()).as(said).isZero();
            return said;
        } finally {
            launcher.descendants().forEach(ProcessHandle::destroyForcibly);
            var _ = launcher.destroyForcibly();
        }
    }

    private BootChoice choice() throws IOException {
        return DirectorySlots.open(directory.resolve("slots"), ArchiveLimits.usual())
                .selector()
                .read()
                .orElseThrow();
    }

    @Test
    void restartsIntoAGoodVersionAndConfirmsIt() throws Exception {
        String said = play("1.1", "none", 120);
        assertThat(said)
                .containsSubsequence(
                        "starting slot a\n",
                        "this is version 1.0",
                        "starting slot b on trial",
                        "this is version 1.1");
        assertThat(heard)
                .containsExactly("ask 1.0", "health 1.1", "report 1.1 CONFIRMED ", "ask 1.1");
        assertThat(choice()).isEqualTo(BootChoice.of(Slot.B));
    }

    @ParameterizedTest
    @CsvSource({
        "crashes, 120, ended before it said how it is",
        "reaches no server, 120, no server",
        "hangs, 5, ended before it said how it is"
    })
    void goesBackByItselfFromABadVersionAndReportsIt(String defect, int trialSeconds, String why)
            throws Exception {
        String said = play("1.2", defect, trialSeconds);
        assertThat(said)
                .containsSubsequence(
                        "this is version 1.0",
                        "slot b ended on trial",
                        "slot b ended on trial",
                        "starting slot a\n",
                        "this is version 1.0");
        assertThat(heard).hasSize(3).startsWith("ask 1.0").endsWith("ask 1.0");
        assertThat(heard.get(1)).startsWith("report 1.2 REVERTED").contains(why);
        assertThat(choice()).isEqualTo(BootChoice.of(Slot.A));
        assertThat(directory.resolve("slots/b")).doesNotExist();
    }
}
