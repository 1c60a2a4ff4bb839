/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.terminal.Terminal;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Tells a story step by step. Each step does something real and ends with what was seen; the first
 * that fails ends the story, and its name is what the user gets.
 */
final class Story {

    private final Terminal terminal;
    private final long beganNanos = System.nanoTime();
    private int steps;

    Story(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The step that could not be done. */
    static final class Failed extends Exception {

        @Serial private static final long serialVersionUID = 1;

        Failed(String step, Throwable cause) {
            super("step \"" + step + "\" failed: " + cause.getMessage(), cause);
        }
    }

    /** What a step must be true of; thrown by {@link #expect}. */
    static final class Unexpected extends Exception {

        @Serial private static final long serialVersionUID = 1;

        Unexpected(String what) {
            super(what);
        }
    }

    /** Refuses to go on unless it is so. */
    static void expect(boolean so, String otherwise) throws Unexpected {
        if (!so) {
            throw new Unexpected(otherwise);
        }
    }

    /**
     * Does one step and tells it.
     *
     * @param title what is done, in plain words
     * @param action does it and returns what was seen, one line or several
     */
    void step(String title, Callable<String> action) throws Failed {
        steps++;
        long began = System.nanoTime();
        try {
            String seen = action.call();
            terminal.result("%2d  %-66s %6d ms".formatted(steps, title, millisSince(began)));
            seen.lines().forEach(line -> terminal.result("      " + line));
        } catch (Exception | LinkageError failure) {
            // The latter where a Java has fewer modules than ours: it ends the story, too.
            terminal.result("%2d  %-66s  FAILED".formatted(steps, title));
            throw new Failed(title, failure);
        }
    }

    /** How long the story has taken. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    int steps() {
        return steps;
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
