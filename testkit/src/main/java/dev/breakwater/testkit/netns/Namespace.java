/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace (ip-netns(8)): interfaces, addresses, routes and ports of its own. Processes
 * are started in it by {@link #command}; they have to be ended before it is closed, or it lives as
 * long as they do.
 *
 * <pre>{@code
 * Namespace.missing().ifPresent(reason -> abort(reason));
 * try (Namespace phone = Namespace.make("phone")) {
 *     Process app = new ProcessBuilder(phone.command(List.of("curl", "..."))).start();
 * }
 * }</pre>
 */
public final class Namespace implements AutoCloseable {

    private static final Path NAMED = Path.of("/run/netns");

    /** {@code bw}, the process that made it, a number, and what it is for. */
    private static final Pattern NAME = Pattern.compile("bw([0-9]{1,10})-[0-9]+-[a-z]{1,16}");

    private static final AtomicInteger MADE = new AtomicInteger();
    private static final int RUN_SECONDS_MAX = 30;

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** Why none can be made here, as a reason to skip a test. */
    public static Optional<String> missing() throws InterruptedException {
        try (Namespace probe = make("probe")) {
            var _ = probe.ip("link", "add", "probe", "type", "veth", "peer", "name", "eborp");
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(
                    "network namespaces need root and Debian package iproute2: "
                            + refused.getMessage());
        }
    }

    /**
     * Makes one, whose loopback interface is up; first removes those of test runs that were killed.
     *
     * @param purpose 1 to 16 lower case letters
     */
    public static Namespace make(String purpose) throws IOException, InterruptedException {
        sweep();
        Namespace made =
                new Namespace(
                        "bw%d-%d-%s"
                                .formatted(
                                        ProcessHandle.current().pid(),
                                        MADE.incrementAndGet(),
                                        purpose));
        if (!NAME.matcher(made.name).matches()) {
            throw new IllegalArgumentException("a purpose is 1 to 16 lower case letters");
        }
        var _ = run(List.of("ip", "netns", "add", made.name));
        try {
            var _ = made.ip("link", "set", "lo", "up");
            return made;
        } catch (IOException broken) {
            made.close();
            throw broken;
        }
    }

    /** One that another process made and closes. */
    public static Namespace named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no namespace of a test");
        }
        return new Namespace(name);
    }

    /** Its name, for {@link #named} in another process. */
    public String name() {
        return name;
    }

    /** The command line that runs this one in it; it becomes the program, with its process id. */
    public List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(words);
        return List.copyOf(all);
    }

    /**
     * Runs {@code ip} with these words on it, from whatever namespace this process is in.
     *
     * @return what it printed
     * @throws IOException if it fails; the text says why
     */
    public String ip(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip", "-n", name));
        all.addAll(List.of(words));
        return run(all);
    }

    /**
     * Sets one of the kernel's switches in it.
     *
     * @param path below {@code /proc/sys/net}
     */
    public void set(String path, String value) throws IOException, InterruptedException {
        var _ =
                run(
                        command(
                                List.of(
                                        "sh",
                                        "-c",
                                        "echo \"$1\" > \"/proc/sys/net/$2\"",
                                        "sh",
                                        value,
                                        path)));
    }

    /** Removes it, and with it its interfaces and the far ends of its cables. */
    @Override
    public void close() {
        try {
            var _ = run(List.of("ip", "netns", "delete", name));
        } catch (IOException alreadyGone) {
            // Whoever made it only probed whether it could be made.
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a program of the system to its end. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void sweep() throws IOException {
        if (!Files.isDirectory(NAMED)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(NAMED, "bw*")) {
            for (Path one : all) {
                Matcher name = NAME.matcher(one.getFileName().toString());
                if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    new Namespace(name.group()).close();
                }
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
