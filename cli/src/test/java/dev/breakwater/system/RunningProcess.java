/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * {@code breakwater} with some words, in a process of its own whose output is kept. It sees no
 * environment but the one it is given and the path.
 */
final class RunningProcess implements AutoCloseable {

    private static final Duration END_WAIT = Duration.ofSeconds(30);

    private final Process process;
    private final Lines out = new Lines();
    private final Lines err = new Lines();
    private final List<Thread> readers;

    private RunningProcess(Process process) {
        this.process = process;
        this.readers =
                List.of(
                        Thread.ofVirtual().start(() -> out.readFrom(process.inputReader(UTF_8))),
                        Thread.ofVirtual().start(() -> err.readFrom(process.errorReader(UTF_8))));
    }

    /** Starts {@code breakwater} with these words. */
    static RunningProcess start(Map<String, String> environment, List<String> words)
            throws IOException {
        return start(List.of(), environment, words);
    }

    /** Starts it through another program, which must end by starting what it is given. */
    static RunningProcess start(
            List<String> through, Map<String, String> environment, List<String> words)
            throws IOException {
        List<String> command = new ArrayList<>(through);
        command.addAll(program());
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().putAll(environment);
        return new RunningProcess(builder.start());
    }

    /** Starts another program. */
    static RunningProcess watch(List<String> command) throws IOException {
        return watch(Map.of(), command);
    }

    /** Starts another program, with this added to its environment. */
    static RunningProcess watch(Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new RunningProcess(builder.start());
    }

    /**
     * The distribution that {@code breakwater.distribution} names, as {@code ./breakwater} runs it,
     * or else the classes under test.
     */
    static List<String> program() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Optional<Path> distribution =
                Optional.ofNullable(System.getProperty("breakwater.distribution")).map(Path::of);
        if (distribution.isPresent()) {
            Path cache = distribution.get().resolve("breakwater.aot");
            if (Files.exists(cache)) {
                command.add("-XX:AOTCache=" + cache);
            }
            command.add("-cp");
            command.add(classPath(distribution.get()));
            command.add("@" + distribution.get().resolve("java-options"));
        } else {
            // The quick compiler alone: a server that lives for a second never pays for the other.
            command.add("-XX:TieredStopAtLevel=1");
            command.add("-cp");
            command.add(System.getProperty("java.class.path"));
            command.add(
                    "@"
                            + Path.of(
                                    System.getProperty("breakwater.root"),
                                    "cli/src/main/distribution/java-options"));
        }
        command.add("dev.breakwater.cli.Breakwater");
        return command;
    }

    /** It must read as it did in the training run, or the cache of classes is not used. */
    private static String classPath(Path distribution) {
        try {
            return Files.readString(distribution.resolve("classpath"))
                    .strip()
                    .replace("lib/", distribution + "/lib/");
        } catch (IOException incomplete) {
            throw new UncheckedIOException(incomplete);
        }
    }

    /** Waits for such a line on standard output. */
    String awaitLine(Predicate<String> wanted, Duration atMost) throws InterruptedException {
        return out.await(wanted, atMost)
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "the process did not print what was waited for, but:\n"
                                                + output()));
    }

    /** Gives it a line to read. */
    void type(String line) throws IOException {
        Writer keys = process.outputWriter(UTF_8);
        keys.write(line + "\n");
        keys.flush();
    }

    /** Gives it a line to read, and waits for the line it answers with. */
    String ask(String line, Duration atMost) throws IOException, InterruptedException {
        int before = out().size();
        type(line);
        return out.await(before, answer -> true, atMost)
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "there is no answer to " + line + ":\n" + output()));
    }

    /** SIGKILL: the process learns nothing of it. Waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /**
     * SIGTERM, which asks it to end in order; returns its exit code. By its handle: {@code
     * Process.destroy} closes the streams as well, and what it says while it ends would be lost.
     */
    int stop() throws InterruptedException {
        process.toHandle().destroy();
        return awaitEnd();
    }

    /** Waits until it has ended by itself; returns its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_WAIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end; it said:\n" + output());
        }
        for (Thread reader : readers) {
            reader.join(END_WAIT);
        }
        return process.exitValue();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    long processId() {
        return process.pid();
    }

    /** What it printed as result so far. */
    List<String> out() {
        return out.soFar();
    }

    /** What it said besides so far, its log included. */
    List<String> err() {
        return err.soFar();
    }

    /** Both, for a reader. */
    String output() {
        return String.join("\n", out()) + "\n" + String.join("\n", err());
    }

    /** Ends the process if it has not ended, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The lines of one stream as they come. */
    private static final class Lines {

        private final List<String> lines = new ArrayList<>();
        private boolean ended;

        void readFrom(BufferedReader stream) {
            try (stream) {
                for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                    add(line);
                }
            } catch (IOException cut) {
                add("(the rest of the output is lost: " + cut.getMessage() + ")");
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized List<String> soFar() {
            return List.copyOf(lines);
        }

        /** Nothing if the stream ends, or the time, before such a line comes. */
        Optional<String> await(Predicate<String> wanted, Duration atMost)
                throws InterruptedException {
            return await(/* first= */ 0, wanted, atMost);
        }

        /** The same among the lines from this one on. */
        synchronized Optional<String> await(int first, Predicate<String> wanted, Duration atMost)
                throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            int seen = first;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return Optional.of(lines.get(seen));
                    }
                }
                long millisLeft = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (ended || millisLeft <= 0) {
                    return Optional.empty();
                }
                wait(millisLeft);
            }
        }
    }
}
