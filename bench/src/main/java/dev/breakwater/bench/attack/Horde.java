/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.server.ServerFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Many attackers in a process of their own, so that they neither stop the clocks of whoever
 * measures nor have the server's priority.
 */
final class Horde implements AutoCloseable {

    private static final Duration STARTING = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final Duration time;

    private Horde(Process process, Path output, Duration time) {
        this.process = process;
        this.output = output;
        this.time = time;
    }

    /**
     * Lets them loose.
     *
     * @param sources how many addresses they have
     * @param connections how many they have open at the same time
     */
    static Horde release(
            Arena arena, HordeMember.Way way, int port, Duration time, int sources, int connections)
            throws Exception {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "nice",
                                "-n",
                                "10",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx1g",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HordeMember.class.getName()));
        line.add(way.name());
        line.add(Integer.toString(port));
        line.add(Long.toString(time.toMillis()));
        line.add(Integer.toString(sources));
        line.add(Integer.toString(connections));
        line.add(arena.rootFile().toString());
        Path output = Files.createTempFile(arena.directory(), "horde-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put(HordeMember.TOKEN, arena.world().token());
        Horde horde = new Horde(builder.start(), output, time);
        try {
            horde.awaitBegin();
        } catch (ServerFailed silent) {
            horde.close();
            throw silent;
        }
        return horde;
    }

    private void awaitBegin() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + STARTING.toNanos();
        while (!said().startsWith(HordeMember.BEGUN)) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new ServerFailed("the attackers did not start: " + said());
            }
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    private String said() throws IOException {
        return Files.readString(output, UTF_8);
    }

    /** What they counted, by name, when their time is over. */
    Map<String, Double> end() throws IOException, InterruptedException {
        if (!process.waitFor(time.plus(STARTING).toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ServerFailed("the attackers do not end");
        }
        Map<String, Double> counted = new TreeMap<>();
        said().lines()
                .filter(line -> line.matches("[a-z0-9-]+ -?[0-9.E]+"))
                .forEach(
                        line -> {
                            int blank = line.indexOf(' ');
                            counted.put(
                                    line.substring(0, blank),
                                    Double.parseDouble(line.substring(blank + 1)));
                        });
        if (process.exitValue() != 0) {
            throw new ServerFailed("the attackers failed: " + said());
        }
        return counted;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
