/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.server.Listeners;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that cannot start says why in one sentence, ends with the exit code that is promised for
 * it, and leaves everything on disk as it was.
 */
@Tag("system")
final class BadStartTest {

    @TempDir static Path origin;
    @TempDir Path directory;

    private ServerPlace place;

    /** One good server's data, for all tests to copy. */
    @BeforeAll
    static void startOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerPlace.in(origin))) {
            assertThat(server.stop()).isIn(0, 143);
        }
    }

    @BeforeEach
    void copyTheData() throws Exception {
        Files.delete(directory);
        Tree.copy(origin, directory);
        place = ServerPlace.in(directory);
    }

    @Test
    void refusesAMistypedOption() throws Exception {
        RunningProcess process =
                RunningProcess.start(
                        place.environment(),
                        List.of("server", "--confg", place.configuration().toString()));

        assertRefused(process, ExitCode.USAGE, "'--confg'", "did you mean --config?");
    }

    @Test
    void refusesAMistypedSettingAndNamesTheNearest() throws Exception {
        place.configure(List.of("[limits]", "channel-conections = 10"));

        assertNothingChangedBy(
                ExitCode.USAGE,
                "limits.channel-conections",
                "did you mean limits.channel-connections?");
    }

    @Test
    void refusesAConfigurationFileThatIsNotThere() throws Exception {
        Files.delete(place.configuration());

        assertNothingChangedBy(
                ExitCode.USAGE, "there is no configuration file " + place.configuration());
    }

    @Test
    void refusesEachPortThatIsInUse() throws Exception {
        List<ToIntFunction<Listeners>> ports =
                List.of(
                        Listeners::channel,
                        Listeners::enrollment,
                        Listeners::api,
                        Listeners::operations);
        for (ToIntFunction<Listeners> port : ports) {
            int number = port.applyAsInt(place.ports());
            try (ServerSocket other = inUse(number)) {
                assertNothingChangedBy(
                        ExitCode.CANNOT_START, "port " + other.getLocalPort(), "in use");
            }
        }
    }

    private static ServerSocket inUse(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void refusesADataDirectoryThatIsAFile() throws Exception {
        Tree.delete(place.data());
        Files.writeString(place.data(), "a letter");

        assertNothingChangedBy(ExitCode.CANNOT_START, place.data() + " is not a directory");
    }

    @Test
    void refusesADirectoryWithFilesOfSomebodyElse() throws Exception {
        Tree.delete(place.data());
        Files.createDirectory(place.data());
        Files.writeString(place.data().resolve("letter.txt"), "Dear Coral,");

        assertNothingChangedBy(
                ExitCode.CANNOT_START,
                place.data().toString(),
                "holds files that are not Breakwater's");
    }

    @Test
    void refusesADatabaseOfAnotherApplication() throws Exception {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(
                    place.database().resolveSibling(place.database().getFileName() + suffix));
        }
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + place.database());
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE recipe (name TEXT)");
        }

        assertNothingChangedBy(ExitCode.CANNOT_START, "belongs to another application");
    }

    @Test
    void refusesADataDirectoryThatAnotherServerUses() throws Exception {
        try (ServerProcess server = ServerProcess.start(place)) {
            ServerPlace second = place.onOtherPorts();

            assertRefused(
                    second.launch(),
                    ExitCode.CANNOT_START,
                    "another Breakwater server is using the data directory " + place.data());
            assertThat(server.process().isRunning()).isTrue();
            assertThat(EnrolledDevice.trust(server)).isNotNull();
        }
    }

    @Test
    void refusesDataWhoseSealingKeyIsMissing() throws Exception {
        Files.delete(place.sealingKey());

        assertNothingChangedBy(
                ExitCode.CANNOT_START,
                "sealing key file " + place.sealingKey() + " is not there",
                "restore it");
    }

    @Test
    void refusesASealingKeyThatIsNotTheOneOfTheData() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createDirectory(elsewhere);
        ServerPlace other = ServerPlace.in(elsewhere);
        try (ServerProcess server = ServerProcess.start(other)) {
            server.kill();
        }
        Files.write(place.sealingKey(), Files.readAllBytes(other.sealingKey()));

        assertNothingChangedBy(ExitCode.CANNOT_START, "does not open with this sealing key");
    }

    @Test
    void refusesASealingKeyThatOthersMayRead() throws Exception {
        Files.setPosixFilePermissions(
                place.sealingKey(), PosixFilePermissions.fromString("rw-r--r--"));

        assertNothingChangedBy(
                ExitCode.CANNOT_START, "can be read by others", "chmod 0600 " + place.sealingKey());
    }

    @Test
    void refusesAWrongPassphrase() throws Exception {
        Tree.delete(place.data());
        Path passphrase = directory.resolve("passphrase");
        place.configure(List.of("[sealing-key]", "passphrase-file = \"" + passphrase + "\""));
        Files.writeString(passphrase, "anemones in the tide pool");
        try (ServerProcess server = ServerProcess.start(place)) {
            server.stop();
        }
        Files.writeString(passphrase, "anemones in the fish tank");

        assertNothingChangedBy(ExitCode.CANNOT_START, "passphrase");
    }

    @Test
    void refusesAPostgresServerThatDoesNotAnswer() throws Exception {
        Path password = directory.resolve("password");
        Files.writeString(password, "not needed");
        int nobody;
        try (ServerSocket freed = inUse(0)) {
            nobody = freed.getLocalPort();
        }
        place.configure(
                List.of(
                        "[sealing-key]",
                        "file = \"" + place.sealingKey() + "\"",
                        "[database]",
                        "url = \"jdbc:postgresql://127.0.0.1:" + nobody + "/breakwater\"",
                        "user = \"breakwater\"",
                        "password-file = \"" + password + "\""));

        assertNothingChangedBy(ExitCode.CANNOT_START, "database", "127.0.0.1:" + nobody);
    }

    @Test
    void refusesAFullDiskAtTheFirstStart() throws Exception {
        Tree.delete(place.data());
        Files.createDirectory(place.data());
        Files.delete(place.sealingKey());

        assertRefused(launchOnDisk("size=128k", "true"), ExitCode.CANNOT_START, "full");
    }

    @Test
    void refusesAFullDiskOnExistingData() throws Exception {
        Path kept = directory.resolve("kept");
        Files.move(place.data(), kept);
        Files.createDirectory(place.data());
        String fill =
                "cp -a '%s/.' '%s' && ! cat /dev/zero > '%s/rest' 2>/dev/null"
                        .formatted(kept, place.data(), place.data().resolve("ca"));

        assertRefused(launchOnDisk("size=4m", fill), ExitCode.CANNOT_START, "full");
    }

    @Test
    void refusesADiskThatCannotBeWrittenTo() throws Exception {
        Tree.delete(place.data());
        Files.createDirectory(place.data());

        assertRefused(
                launchOnDisk("ro", "true"), ExitCode.CANNOT_START, "ead-only", place.data() + "");
    }

    /** In a mount namespace of its own, the data directory is a small disk in memory. */
    private RunningProcess launchOnDisk(String mountOptions, String preparation)
            throws IOException, InterruptedException {
        assumeTrue(
                new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
                "needs the right to mount: run as root");
        String script =
                "mount -t tmpfs -o %s tmpfs '%s' && %s && exec \"$@\""
                        .formatted(mountOptions, place.data(), preparation);
        return RunningProcess.start(
                List.of("unshare", "-m", "sh", "-c", script, "sh"),
                place.environment(),
                place.command());
    }

    private void assertNothingChangedBy(ExitCode exitCode, String... words) throws Exception {
        Map<String, String> before = Tree.of(directory);

        assertRefused(place.launch(), exitCode, words);

        assertThat(Tree.of(directory)).isEqualTo(before);
    }

    private static void assertRefused(RunningProcess process, ExitCode exitCode, String... words)
            throws InterruptedException {
        try (process) {
            int ended = process.awaitEnd();
            List<String> said = new ArrayList<>(process.out());
            said.addAll(process.err());
            assertThat(said).as("one sentence").hasSize(1);
            assertThat(said.getFirst())
                    .startsWith("breakwater: ")
                    .contains(words)
                    .doesNotContain("Exception", "\\u000a")
                    .doesNotContain("null");
            assertThat(ended).isEqualTo(exitCode.number());
        }
    }
}
