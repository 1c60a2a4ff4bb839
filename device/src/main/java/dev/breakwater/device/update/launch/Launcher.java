/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.launch;

import dev.breakwater.device.update.slot.ArchiveLimits;
import dev.breakwater.device.update.slot.ArtifactRefused;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.BootSelector;
import dev.breakwater.device.update.slot.BootTurn;
import dev.breakwater.device.update.slot.DirectorySlots;
import dev.breakwater.device.update.slot.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the version that is to run, and starts again.
 *
 * <pre>{@code
 * java -cp launcher/* dev.breakwater.device.update.launch.Launcher install /opt/tank/slots tank-1.0.zip
 * java -cp launcher/* dev.breakwater.device.update.launch.Launcher run /opt/tank/slots 600 \
 *         java -cp {slot}/lib/* com.example.Tank
 * }</pre>
 *
 * <p>{@code {slot}} stands for the directory of the version that is started; which one it is the
 * product also finds in its environment, as {@code BREAKWATER_SLOTS} and {@code BREAKWATER_SLOT}.
 * The number is how many seconds a boot on trial has until it is confirmed; it is killed then. Give
 * it more than the product gives its health probe, and the product can say why first.
 *
 * <p>The launcher ends when a confirmed version ends with 0, and then with 0; when it is told to
 * end, it ends the product first.
 */
public final class Launcher {

    /** What a product ends with to be started again at once, as after a switch. */
    public static final int RESTART = 75;

    /** Where the slots are, in the environment of the product. */
    public static final String SLOTS_VARIABLE = "BREAKWATER_SLOTS";

    /** Which slot runs, in the environment of the product. */
    public static final String SLOT_VARIABLE = "BREAKWATER_SLOT";

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /** Whoever has run for so long does not fail at its start. */
    private static final Duration STEADY_AFTER = Duration.ofMinutes(10);

    /** How long a product may take to end when it is told to. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(10);

    private static final String USAGE =
            """
            usage: Launcher install <slots> <archive>
                   Launcher run <slots> <trial seconds> <command...>   with {slot} for the version's directory\
            """;

    private final Path base;
    private final DirectorySlots slots;
    private final BootSelector selector;
    private final Duration trialMax;
    private final List<String> command;

    private Launcher(Path base, Duration trialMax, List<String> command) throws IOException {
        this.base = base;
        this.slots = DirectorySlots.open(base, ArchiveLimits.usual());
        this.selector = slots.selector();
        this.trialMax = trialMax;
        this.command = List.copyOf(command);
    }

    /** How a version ended. */
    private record Run(int exit, boolean confirmed, Duration lasted) {}

    private int run() throws IOException, InterruptedException {
        Duration pause = PAUSE_MIN;
        while (true) {
            BootTurn turn = BootTurn.take(slots, selector);
            Run run = play(turn);
            if (!run.confirmed()) {
                say("slot %s ended on trial with %d".formatted(turn.slot().code(), run.exit()));
                continue;
            }
            if (run.exit() == 0) {
                return 0;
            }
            if (run.exit() == RESTART) {
                continue;
            }
            say("slot %s ended with %d".formatted(turn.slot().code(), run.exit()));
            pause = run.lasted().compareTo(STEADY_AFTER) > 0 ? PAUSE_MIN : pause;
            Thread.sleep(pause);
            pause =
                    pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0
                            ? PAUSE_MAX
                            : pause.multipliedBy(2);
        }
    }

    private Run play(BootTurn turn) throws IOException, InterruptedException {
        say("starting slot %s%s".formatted(turn.slot().code(), turn.trial() ? " on trial" : ""));
        long began = System.nanoTime();
        Process process;
        try {
            process = start(turn.slot());
        } catch (IOException unstartable) {
            say(
                    "slot %s cannot be started: %s"
                            .formatted(turn.slot().code(), unstartable.getMessage()));
            return new Run(1, !turn.trial(), Duration.ZERO);
        }
        Thread farewell = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(farewell);
        boolean confirmed = !turn.trial() || awaitConfirmation(process, turn.slot(), began);
        int exit = process.waitFor();
        boolean _ = Runtime.getRuntime().removeShutdownHook(farewell);
        // It may have been confirmed in its last moment.
        return new Run(
                exit,
                confirmed || isConfirmed(turn.slot()),
                Duration.ofNanos(System.nanoTime() - began));
    }

    private Process start(Slot slot) throws IOException {
        String directory = slots.directory(slot).toString();
        ProcessBuilder builder =
                new ProcessBuilder(
                                command.stream()
                                        .map(word -> word.replace("{slot}", directory))
                                        .toList())
                        .inheritIO();
        builder.environment().put(SLOTS_VARIABLE, base.toString());
        builder.environment().put(SLOT_VARIABLE, slot.code());
        return builder.start();
    }

    /** Returns when it is confirmed or has ended; at the end of its time it is ended. */
    private boolean awaitConfirmation(Process process, Slot slot, long began)
            throws IOException, InterruptedException {
        while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (isConfirmed(slot)) {
                return true;
            }
            if (System.nanoTime() - began >= trialMax.toNanos()) {
                say("slot %s was not confirmed in time".formatted(slot.code()));
                // Whoever hangs does not listen; nothing of a trial is worth a farewell.
                var _ = process.destroyForcibly();
                return false;
            }
        }
        return false;
    }

    private boolean isConfirmed(Slot slot) throws IOException {
        return selector.read().map(BootChoice::confirmed).filter(slot::equals).isPresent();
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(FAREWELL_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = process.destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String what) {
        System.out.println("launcher: " + what);
    }

    /** Installs a first version, or runs what is installed. */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> words = List.of(arguments);
        try {
            if (words.size() == 3 && words.getFirst().equals("install")) {
                DirectorySlots.install(
                        Path.of(words.get(1)).toAbsolutePath(),
                        Path.of(words.get(2)),
                        ArchiveLimits.usual());
            } else if (words.size() >= 4
                    && words.getFirst().equals("run")
                    && words.get(2).matches("[1-9][0-9]{0,5}")) {
                System.exit(
                        new Launcher(
                                        Path.of(words.get(1)).toAbsolutePath(),
                                        Duration.ofSeconds(Integer.parseInt(words.get(2))),
                                        words.subList(3, words.size()))
                                .run());
            } else {
                System.err.println(USAGE);
                System.exit(2);
            }
        } catch (IOException | ArtifactRefused unusable) {
            System.err.println("launcher: " + unusable.getMessage());
            System.exit(1);
        }
    }
}
