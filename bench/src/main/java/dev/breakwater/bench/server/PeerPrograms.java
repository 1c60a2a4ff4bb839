/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Programs that are not ours. */
final class PeerPrograms {

    /** Where Debian puts servers, which is not on everybody's path. */
    private static final List<Path> DIRECTORIES =
            List.of(
                    Path.of("/usr/sbin"),
                    Path.of("/usr/bin"),
                    Path.of("/usr/local/bin"),
                    Path.of("/usr/local/sbin"));

    private static final Duration START_WAIT = Duration.ofSeconds(60);
    private static final int PROBE_MILLIS = 100;

    private PeerPrograms() {}

    /** Where a program is. */
    static String find(String program) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new ServerFailed(
                                        "%s is not installed (Debian: apt-get install %s)"
                                                .formatted(program, program)))
                .toString();
    }

    /** The first line that a program prints when it is asked like this. */
    static String firstLine(String program, String option) throws IOException {
        Process process =
                new ProcessBuilder(find(program), option).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        return printed.lines().findFirst().orElse("version unknown");
    }

    /** Waits until it takes connections. */
    static void awaitPort(ServerProcess process, int port) throws InterruptedException {
        long deadline = System.nanoTime() + START_WAIT.toNanos();
        while (System.nanoTime() < deadline && process.isRunning()) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                Thread.sleep(PROBE_MILLIS);
            }
        }
        String said = process.said();
        process.close();
        throw new ServerFailed("it does not listen; it said:\n" + said);
    }
}
