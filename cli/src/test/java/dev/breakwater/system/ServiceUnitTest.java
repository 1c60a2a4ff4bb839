/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service unit as systemd itself judges it, and the sandbox against what the server does. */
@Tag("system")
final class ServiceUnitTest {

    /** In tenths of systemd's scale from 0 to 10: from 2 on it is no longer well confined. */
    private static final int EXPOSURE_MAX = 15;

    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("breakwater.root"), "cli/src/main/distribution");
    private static final String SERVER = "breakwater.service";
    private static final String BACKUP = "breakwater-backup.service";
    private static final Path UNITS = DISTRIBUTION.resolve("systemd");
    private static final Path LAUNCHER = DISTRIBUTION.resolve("bin/breakwater");
    private static final String INSTALLED_LAUNCHER = "/opt/breakwater/bin/breakwater";

    /** SQLite gives its log to the owner of the file, but only when it runs as root. */
    private static final Set<String> CALLED_AS_ROOT_ONLY = Set.of("fchown");

    private static final Pattern CALL =
            Pattern.compile("^\\d+ +(?:<\\.\\.\\. )?([a-z_0-9]+)[ (]", Pattern.MULTILINE);
    private static final Pattern FAMILY = Pattern.compile("\\bsocket\\((AF_[A-Z0-9]+)");

    @TempDir Path directory;

    @Test
    void isUnderstoodBySystemd() throws Exception {
        List<String> words = new ArrayList<>(List.of("verify"));
        for (String name : List.of(SERVER, BACKUP, "breakwater-backup.timer")) {
            Path unit = directory.resolve(name);
            String text = Files.readString(UNITS.resolve(name));
            Files.writeString(unit, text.replace(INSTALLED_LAUNCHER, LAUNCHER.toString()));
            words.add(unit.toString());
        }

        assertThat(systemd(0, words.toArray(String[]::new))).isBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {SERVER, BACKUP})
    void exposesLittle(String name) throws Exception {
        String judged =
                systemd(
                        0,
                        "security",
                        "--offline=true",
                        "--threshold=" + EXPOSURE_MAX,
                        UNITS.resolve(name).toString());

        assertThat(judged).contains("NoNewPrivileges=", "Overall exposure level");
    }

    /** Shows that the threshold is one: the same service without its sandbox is over it. */
    @Test
    void wouldExposeMuchWithoutItsSandbox() throws Exception {
        Path bare = directory.resolve("bare.service");
        Files.writeString(bare, "[Service]\nExecStart=" + LAUNCHER + "\n");

        systemd(1, "security", "--offline=true", "--threshold=" + EXPOSURE_MAX, bare.toString());
    }

    @Test
    void leavesTimeForTheLongestFarewell() throws Exception {
        int seconds = Integer.parseInt(settings("TimeoutStopSec").getFirst());

        assertThat(seconds)
                .isGreaterThan(
                        Limit.CHANNEL_FAREWELL_SECONDS.highest()
                                + Limit.STORE_WRITE_SECONDS.byDefault());
    }

    @Test
    void allowsAsManyFilesAsConnections() throws Exception {
        int files = Integer.parseInt(settings("LimitNOFILE").getFirst());

        assertThat(files).isGreaterThan(Limit.CHANNEL_CONNECTIONS.highest());
    }

    /** A filter that nobody has held against the server stops it at the customer's. */
    @Test
    void allowsEverySystemCallAndSocketThatTheServerNeeds() throws Exception {
        Path trace = directory.resolve("trace");
        assumeTrue(isThere("strace"), "strace is not installed");
        assumeTrue(isThere("systemd-analyze"), "systemd is not installed");
        ServerPlace place = ServerPlace.in(directory);
        List<String> strace =
                List.of("strace", "-f", "-qq", "--seccomp-bpf", "-o", trace.toString());
        try (RunningProcess traced =
                RunningProcess.start(strace, place.environment(), place.command())) {
            traced.awaitLine(line -> line.startsWith("  root "), Duration.ofMinutes(2));
            ProcessHandle.of(traced.processId())
                    .orElseThrow()
                    .children()
                    .forEach(ProcessHandle::destroy);
            assertThat(traced.awaitEnd()).isEqualTo(143);
        }
        String seen = Files.readString(trace);
        Set<String> called = found(CALL, seen);
        called.removeAll(allowedCalls());
        called.removeAll(CALLED_AS_ROOT_ONLY);

        assertThat(called).as("forbidden by the unit's filter").isEmpty();
        assertThat(settings("RestrictAddressFamilies").getFirst().split(" "))
                .containsAll(found(FAMILY, seen));
    }

    @Test
    void isStartedByALauncherThatFindsWhatIsInstalledBesideIt() throws Exception {
        Path home = Files.createDirectories(directory.resolve("opt/breakwater"));
        Path launcher = Files.createDirectory(home.resolve("bin")).resolve("breakwater");
        Files.copy(LAUNCHER, launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(DISTRIBUTION.resolve("java-options"), home.resolve("java-options"));
        Files.writeString(home.resolve("classpath"), System.getProperty("java.class.path"));
        Path link = Files.createSymbolicLink(directory.resolve("breakwater"), launcher);

        assertThat(output(0, List.of(link.toString(), "--version"))).startsWith("breakwater ");
    }

    private static Set<String> allowedCalls() throws IOException, InterruptedException {
        Map<String, Set<String>> sets = callSets();
        Set<String> allowed = new TreeSet<>();
        for (String setting : settings("SystemCallFilter")) {
            Set<String> named =
                    Stream.of(setting.replace("~", "").split(" "))
                            .flatMap(name -> expanded(name, sets).stream())
                            .collect(Collectors.toSet());
            if (setting.startsWith("~")) {
                allowed.removeAll(named);
            } else {
                allowed.addAll(named);
            }
        }
        return allowed;
    }

    /** Each set of system calls that systemd knows, with what it holds: calls and other sets. */
    private static Map<String, Set<String>> callSets() throws IOException, InterruptedException {
        Map<String, Set<String>> sets = new HashMap<>();
        String current = "";
        for (String line : systemd(0, "syscall-filter").lines().toList()) {
            String word = line.strip();
            if (line.startsWith("@")) {
                current = word;
            } else if (!word.isEmpty() && !word.startsWith("#")) {
                sets.computeIfAbsent(current, _ -> new TreeSet<>()).add(word);
            }
        }
        return sets;
    }

    private static Set<String> expanded(String name, Map<String, Set<String>> sets) {
        if (!name.startsWith("@")) {
            return Set.of(name);
        }
        return sets.getOrDefault(name, Set.of()).stream()
                .flatMap(inner -> expanded(inner, sets).stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> settings(String name) throws IOException {
        return Files.readAllLines(UNITS.resolve(SERVER)).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .toList();
    }

    private static String systemd(int exitCode, String... words)
            throws IOException, InterruptedException {
        assumeTrue(isThere("systemd-analyze"), "systemd is not installed");
        return output(
                exitCode, Stream.concat(Stream.of("systemd-analyze"), Stream.of(words)).toList());
    }

    private static String output(int exitCode, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
