/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One life of {@link KilledRollouts}, from its start to the kill. */
final class RolloutProcess {

    /** As the distribution starts a server; the tests' own if nobody says otherwise. */
    private static final String OPTIONS =
            System.getProperty("breakwater.javaOptions", "-XX:TieredStopAtLevel=1");

    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final String END = "end";

    private final Process process;
    private final BufferedWriter in;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Duration startCpu;
    private boolean isDead;

    RolloutProcess(Path data, RolloutsOnDisk.Made made) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(OPTIONS.split(" ")));
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRollouts.class.getName(),
                        data.toString(),
                        made.organization().toString()));
        process =
                new ProcessBuilder(command)
                        .redirectError(data.resolve("server.log").toFile())
                        .start();
        in = process.outputWriter();
        Thread.ofPlatform().daemon().name("lines").start(this::read);
        String ready = lines.poll(START_MAX.toMillis(), TimeUnit.MILLISECONDS);
        if (ready == null || !ready.startsWith("ready ")) {
            process.toHandle().destroyForcibly();
            throw new IllegalStateException("the server did not start: " + ready);
        }
        startCpu = Duration.ofNanos(Long.parseLong(ready.substring("ready ".length())));
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            String line = reader.readLine();
            while (line != null) {
                lines.add(line);
                line = reader.readLine();
            }
        } catch (IOException gone) {
            lines.add("broken " + gone);
        }
        lines.add(END);
    }

    /** The CPU time of the life until now, and how much of it the start took. */
    record Cpu(Duration whole, Duration start) {}

    Cpu cpu() {
        return new Cpu(process.info().totalCpuDuration().orElseThrow(), startCpu);
    }

    /** What a device sends; nobody hears it if the server is gone. */
    void send(String line) {
        if (isDead) {
            return;
        }
        try {
            in.write(line);
            in.newLine();
            in.flush();
        } catch (IOException gone) {
            isDead = true;
        }
    }

    void connected(long session, DeviceId device) {
        send("on " + session + " " + device);
    }

    void disconnected(DeviceId device) {
        send("off " + device);
    }

    void said(long number, DeviceId device, String json) {
        send("say " + number + " " + device + " " + json);
    }

    /** What the server says next; empty if it says nothing for so long. */
    Optional<String> next(Duration atMost) throws InterruptedException {
        @Nullable String line = lines.poll(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
        if (END.equals(line)) {
            throw new IllegalStateException("the server has ended by itself, see server.log");
        }
        return Optional.ofNullable(line);
    }

    /** SIGKILL; returns what it had said before, which devices have got. */
    List<String> kill() throws InterruptedException {
        isDead = true;
        // Through the handle: Process.destroyForcibly would also close the pipe.
        process.toHandle().destroyForcibly();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the server outlives SIGKILL");
        }
        List<String> last = new ArrayList<>();
        String line = lines.take();
        while (!line.equals(END)) {
            last.add(line);
            line = lines.take();
        }
        if (!last.isEmpty()) {
            // It may be cut short; who did not get it says it again, or is told again.
            last.removeLast();
        }
        return last;
    }
}
