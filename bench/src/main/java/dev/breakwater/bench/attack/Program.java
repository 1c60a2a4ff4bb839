/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An outside program that attacks or looks for weaknesses, as Debian packages it. */
enum Program {
    WRK("wrk", "--version", "wrk (?:[a-z]+/)?"),
    H2LOAD("h2load", "--version", "nghttp2/"),
    SQLMAP("sqlmap", "--version", ""),
    WAPITI("wapiti", "--version", "wapiti "),
    FFUF("ffuf", "-V", "version: "),
    SLOWHTTPTEST("slowhttptest", "-h", "version "),
    HYDRA("hydra", "-h", "hydra v"),
    TESTSSL("testssl", "--version", "testssl(?:\\.sh)?\\s+"),
    SSLSCAN("sslscan", "--version", ""),
    NMAP("nmap", "--version", "version ");

    private static final Duration ASKING = Duration.ofSeconds(20);
    private static final Pattern ESCAPES = Pattern.compile("\\x1b\\[[0-9;]*[A-Za-z]");

    private final String command;
    private final String versionOption;
    private final Pattern version;

    /** The version is what follows the last text, a pattern, in what the option prints. */
    Program(String command, String versionOption, String before) {
        this.command = command;
        this.versionOption = versionOption;
        this.version =
                Pattern.compile(before + "v?([0-9][0-9A-Za-z.-]*)", Pattern.CASE_INSENSITIVE);
    }

    /**
     * How a run ended.
     *
     * @param output what it wrote to both of its streams, without colours
     * @param inTime whether it ended by itself
     */
    record Ended(int code, String output, boolean inTime) {}

    /** Whether it is there. */
    boolean isInstalled() {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        for (String directory : path.split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, command))) {
                return true;
            }
        }
        return false;
    }

    /** The version that it says it is; empty when it does not. */
    Optional<String> version(Path directory) throws IOException, InterruptedException {
        if (!isInstalled()) {
            return Optional.empty();
        }
        Matcher said = version.matcher(run(directory, ASKING, List.of(versionOption)).output());
        return said.find() ? Optional.of(said.group(1)) : Optional.empty();
    }

    /**
     * Runs it at a lower priority than the server's, and ends it with all its children when its
     * time is over.
     *
     * @param directory where it runs and leaves what it writes; its home too, so that what it
     *     remembers of an earlier server is not there
     */
    Ended run(Path directory, Duration atMost, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("nice", "-n", "10", command));
        line.addAll(arguments);
        Path output = Files.createTempFile(directory, command + "-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(output.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("TERM", "dumb");
        Process process = builder.start();
        boolean inTime;
        try {
            inTime = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        process.waitFor();
        String text =
                new String(Files.readAllBytes(output), java.nio.charset.StandardCharsets.UTF_8);
        return new Ended(process.exitValue(), ESCAPES.matcher(text).replaceAll(""), inTime);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
