/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.testkit.netns.Namespace;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Somebody at a terminal (script(1)) on a computer of their own, who runs {@code breakwater}, reads
 * what it asks and types.
 */
final class OwnerTerminal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final String QUOTED =
            "exec script --quiet --return --command \"exec $(printf '%q ' \"$@\")\" /dev/null";

    private final Process process;
    private final Writer keys;
    private final StringBuilder screen = new StringBuilder();
    private final Thread reader;
    private boolean ended;

    private OwnerTerminal(Process process) {
        this.process = process;
        this.keys = process.outputWriter(UTF_8);
        this.reader = Thread.ofVirtual().start(() -> readFrom(process.inputReader(UTF_8)));
    }

    /** Runs it with these words; its settings are below a directory. */
    static OwnerTerminal run(Namespace computer, Path settings, List<String> words)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", QUOTED, "bash"));
        command.addAll(RunningProcess.program());
        command.addAll(words);
        ProcessBuilder builder =
                new ProcessBuilder(computer.command(command)).redirectErrorStream(true);
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("XDG_CONFIG_HOME", settings.toString());
        return new OwnerTerminal(builder.start());
    }

    private void readFrom(Reader from) {
        char[] some = new char[1024];
        try (from) {
            for (int count = from.read(some); count >= 0; count = from.read(some)) {
                append(new String(some, 0, count));
            }
        } catch (IOException cut) {
            append("(the rest of the screen is lost: " + cut.getMessage() + ")");
        } finally {
            end();
        }
    }

    private synchronized void append(String text) {
        screen.append(text);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits until this stands on the screen. */
    synchronized void await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (screen.indexOf(text) < 0) {
            long millisLeft = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (ended || millisLeft <= 0) {
                throw new AssertionError("'" + text + "' is not on the screen:\n" + screen);
            }
            wait(millisLeft);
        }
    }

    void type(String line) throws IOException {
        keys.write(line + "\n");
        keys.flush();
    }

    /** Waits until it has ended by itself; returns its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end:\n" + screen());
        }
        boolean _ = reader.join(PATIENCE);
        return process.exitValue();
    }

    synchronized String screen() {
        return screen.toString();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
