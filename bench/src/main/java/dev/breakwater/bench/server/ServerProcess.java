/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server in a process of its own, which ends with this one at the latest. What it prints is kept
 * in files beside its data, and read from its standard output.
 */
public final class ServerProcess implements AutoCloseable {

    private static final Duration END_WAIT = Duration.ofSeconds(30);

    /** What the kernel counts CPU time in (USER_HZ, fixed on Linux). */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Fields of /proc/PID/stat behind the command's name: utime, stime, cutime, cstime. */
    private static final int FIRST_TIME_FIELD = 11;

    private static final int TIME_FIELDS = 4;
    private static final int BYTES_PER_KIBIBYTE = 1_024;
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    private final String name;
    private final Process process;
    private final Thread endWithUs;
    private final Path log;
    private final List<String> lines = new ArrayList<>();
    private boolean outputEnded;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.endWithUs = new Thread(process::destroyForcibly, "end of " + name);
        Runtime.getRuntime().addShutdownHook(endWithUs);
        Thread.ofVirtual().start(this::readOutput);
    }

    /**
     * Starts it.
     *
     * @param environment all that it sees of one, but for the path
     * @param directory where it runs and where its log goes
     */
    public static ServerProcess start(
            String name, List<String> command, Map<String, String> environment, Path directory)
            throws IOException {
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.toFile());
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new ServerProcess(name, builder.start(), log);
    }

    private void readOutput() {
        try (BufferedReader out = process.inputReader(UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (this) {
                    lines.add(line);
                    notifyAll();
                }
            }
        } catch (IOException cut) {
            synchronized (this) {
                lines.add("(the rest of the output is lost: " + cut.getMessage() + ")");
            }
        } finally {
            synchronized (this) {
                outputEnded = true;
                notifyAll();
            }
        }
    }

    /** Waits for such a line on its standard output. */
    public synchronized String awaitLine(Predicate<String> wanted, Duration atMost)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        int seen = 0;
        while (true) {
            for (; seen < lines.size(); seen++) {
                if (wanted.test(lines.get(seen))) {
                    return lines.get(seen);
                }
            }
            long millisLeft = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (outputEnded || millisLeft <= 0) {
                throw new ServerFailed(name + " did not start; it said:\n" + said());
            }
            wait(millisLeft);
        }
    }

    /** How many lines of its log hold this text. */
    public long logged(String text) throws IOException {
        try (Stream<String> all = Files.lines(log)) {
            return all.filter(line -> line.contains(text)).count();
        }
    }

    /** What it printed, for a reader. */
    synchronized String said() {
        String errors;
        try {
            errors = Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException unreadable) {
            errors = unreadable.toString();
        }
        return String.join("\n", lines) + "\n" + errors;
    }

    /** CPU time of the process since its start, its ended children included. */
    public Duration cpu() {
        return cpu(proc("stat"));
    }

    /** The same with its running children: a server of several processes is all of them. */
    public Duration cpuWithChildren() {
        List<Long> children = process.children().map(ProcessHandle::pid).toList();
        Duration all = cpu();
        for (long child : children) {
            all = all.plus(cpu(proc(child, "stat")));
        }
        return all;
    }

    private static Duration cpu(String stat) {
        // The command's name stands in parentheses and may hold blanks.
        StringTokenizer fields =
                new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1), " ");
        for (int i = 0; i < FIRST_TIME_FIELD; i++) {
            fields.nextToken();
        }
        long ticks = 0;
        for (int i = 0; i < TIME_FIELDS; i++) {
            ticks += Long.parseLong(fields.nextToken());
        }
        return Duration.ofNanos(ticks * NANOS_PER_TICK);
    }

    /**
     * Has a Java server collect its garbage and hand back what native code has freed, so that what
     * is resident afterwards is in use. Blocks for less than a second.
     *
     * @throws IOException if it does not answer
     */
    public void collect() throws IOException, InterruptedException {
        var _ = diagnose("GC.run");
        var _ = diagnose("System.trim_native_heap");
    }

    /**
     * What of a Java server's heap is in use, garbage included; after {@link #collect} it is what
     * lives.
     *
     * @throws IOException if it does not answer
     */
    public long heapBytes() throws IOException, InterruptedException {
        Matcher used = HEAP_USED.matcher(diagnose("GC.heap_info"));
        if (!used.find()) {
            throw new IOException(name + " does not say what its heap holds");
        }
        return Long.parseLong(used.group(1)) * BYTES_PER_KIBIBYTE;
    }

    /**
     * Has a Java server record where its threads spend their CPU time.
     *
     * @param event the only one recorded, a sample of a stack
     * @throws IOException if it does not answer
     */
    public void beginRecording(String event) throws IOException, InterruptedException {
        Path settings = log.resolveSibling(name + ".jfc");
        Files.writeString(
                settings,
                """
                <configuration version="2.0">
                  <event name="%s">
                    <setting name="enabled">true</setting>
                    <setting name="stackTrace">true</setting>
                    <setting name="throttle">5 ms</setting>
                  </event>
                </configuration>
                """
                        .formatted(event));
        var _ = diagnose("JFR.start name=load settings=" + settings);
    }

    /**
     * Ends the recording and has it written.
     *
     * @throws IOException if it does not answer
     */
    public void endRecording(Path file) throws IOException, InterruptedException {
        var _ = diagnose("JFR.stop name=load filename=" + file);
    }

    private String diagnose(String command) throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(process.pid()),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(command + " was answered with: " + said);
        }
        return said;
    }

    /** Resident memory of the process. */
    public long residentBytes() {
        Optional<String> resident =
                proc("status").lines().filter(line -> line.startsWith("VmRSS:")).findFirst();
        String kibibytes = resident.orElseThrow(this::gone).replaceAll("[^0-9]", "");
        return Long.parseLong(kibibytes) * BYTES_PER_KIBIBYTE;
    }

    private String proc(String file) {
        return proc(process.pid(), file);
    }

    private String proc(long id, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(id), file));
        } catch (IOException ended) {
            throw gone();
        }
    }

    private ServerFailed gone() {
        return new ServerFailed(name + " has ended by itself; it said:\n" + said());
    }

    /** The number the kernel knows it by. */
    public long id() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** SIGKILL: it learns nothing of it. Waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM, and SIGKILL if that does not end it in time. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            kill();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(endWithUs);
        } catch (IllegalStateException endingAlready) {
            return;
        }
    }
}
