/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFileTest {

    private static final Profile PROFILE =
            new Profile(
                    URI.create("https://localhost:8443"),
                    new Fingerprint("0f".repeat(32)),
                    "bwt_canary");

    private static final Session SESSION =
            new Session(
                    "ann@reef.example",
                    "bwr_canary",
                    "access-canary",
                    Instant.parse("2026-11-22T10:00:00Z"));

    @TempDir private Path folder;

    @Test
    void readsBackWhatItStoredReadableByItsOwnerOnly() throws IOException {
        Path path = folder.resolve("breakwater/deep/profile.toml");
        store(path, false);
        assertThat(new ProfileFile(path).read()).isEqualTo(PROFILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void remembersThatTheSystemIsTrusted() throws IOException {
        Path path = folder.resolve("profile.toml");
        Profile system = new Profile(PROFILE.server(), Trust.parse("System"), "bwt_canary");
        try (ProfileChange change = new ProfileFile(path).change()) {
            change.store(system);
        }
        assertThat(Files.readString(path)).contains("root = \"system\"");
        assertThat(new ProfileFile(path).read()).isEqualTo(system);
    }

    @Test
    void keepsASessionBesideTheToken() throws IOException {
        Path path = folder.resolve("profile.toml");
        Profile loggedIn = PROFILE.with(SESSION);
        try (ProfileChange change = new ProfileFile(path).change()) {
            assertThat(change.before()).isEmpty();
            change.store(loggedIn);
        }
        assertThat(new ProfileFile(path).read()).isEqualTo(loggedIn);
        assertThat(loggedIn.toString()).doesNotContain("canary");
        try (ProfileChange change = new ProfileFile(path).change()) {
            assertThat(change.before()).contains(loggedIn);
            change.store(loggedIn.withoutSession());
        }
        assertThat(new ProfileFile(path).read()).isEqualTo(PROFILE);
    }

    @Test
    void letsOneChangeWaitForAnotherAndLeavesTheProfileWhenNothingIsStored() throws Exception {
        Path path = folder.resolve("profile.toml");
        store(path, false);
        CompletableFuture<Optional<Profile>> second;
        try (ProfileChange first = new ProfileFile(path).change()) {
            second =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (ProfileChange change = new ProfileFile(path).change()) {
                                    return change.before();
                                } catch (IOException failed) {
                                    throw new UncheckedIOException(failed);
                                }
                            });
            first.store(PROFILE.with(SESSION));
        }
        assertThat(second.get(30, TimeUnit.SECONDS)).contains(PROFILE.with(SESSION));
        assertThat(new ProfileFile(path).read()).isEqualTo(PROFILE.with(SESSION));
        assertThat(folder.resolve("profile.toml.next")).doesNotExist();
    }

    @Test
    void takesNoNoticeOfWhatAChangeThatDidNotEndHasLeft() throws IOException {
        Path path = folder.resolve("profile.toml");
        Files.writeString(folder.resolve("profile.toml.next"), "half");
        try (ProfileChange change = new ProfileFile(path).change()) {
            change.store(PROFILE);
        }
        assertThat(new ProfileFile(path).read()).isEqualTo(PROFILE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void refusesAProfileThatOthersMayReadOrChange(String permissions) throws IOException {
        Path path = folder.resolve("profile.toml");
        store(path, false);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        CommandFailed failed = failure(path);
        assertThat(failed.exitCode()).isEqualTo(ExitCode.CANNOT_START);
        assertThat(failed).hasMessageContaining("chmod 600").hasMessageNotContaining("canary");
    }

    @Test
    void saysHowToMakeAMissingProfile() {
        CommandFailed failed = failure(folder.resolve("none.toml"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.CANNOT_START);
        assertThat(failed).hasMessageContaining("breakwater setup");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "server = ",
                "server = \"https://localhost\"",
                "server = \"http://localhost\"\nroot = \"R\"\ntoken = \"canary\"",
                "server = \"https://localhost/path\"\nroot = \"R\"\ntoken = \"canary\"",
                "server = \"https://u:p@localhost\"\nroot = \"R\"\ntoken = \"canary\"",
                "server = \"https://local host\"\nroot = \"R\"\ntoken = \"canary\"",
                "server = \"https://localhost\"\nroot = \"sha256:12\"\ntoken = \"canary\"",
                "server = \"https://localhost\"\nroot = \"R\"\ntoken = \"\"",
                "server = \"https://localhost\"\nroot = \"R\"\ntoken = 5",
                "server = \"https://localhost\"\nroot = \"R\"\ntoken = \"canary\"\ninsecure = true",
                "server = \"https://localhost\"\nroot = \"R\"\nsession = \"canary\"",
                "server = \"https://localhost\"\nroot = \"R\"\n[session]\nemail = \"a@b\"",
                """
                server = "https://localhost"
                root = "R"
                [session]
                email = "a@b"
                refresh-token = "canary"
                access-token = "canary"
                access-token-ends = "soon"
                """,
                """
                server = "https://localhost"
                root = "R"
                [session]
                email = "a@b"
                refresh-token = "canary"
                access-token = "canary"
                access-token-ends = "2026-11-22T10:00:00Z"
                password = "canary"
                """,
            })
    void refusesAMalformedProfileWithoutShowingItsToken(String toml) throws IOException {
        Path path = folder.resolve("profile.toml");
        Files.writeString(path, toml.replace("\"R\"", "\"" + PROFILE.root() + "\""));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        CommandFailed failed = failure(path);
        assertThat(failed.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(failed)
                .hasMessageStartingWith("the profile " + path + " cannot be understood: ")
                .hasMessageNotContaining("canary");
    }

    @Test
    void keepsAProfileThatIsThereUnlessToldOtherwise() throws IOException {
        Path path = folder.resolve("profile.toml");
        store(path, false);
        assertThatThrownBy(() -> new ProfileFile(path).reserve(false))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("--replace");
        store(path, true);
        assertThat(folder).isDirectoryContaining("glob:**profile.toml");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void leavesNothingBehindWhenTheSetUpEndsEarly() throws IOException {
        Path path = folder.resolve("profile.toml");
        new ProfileFile(path).reserve(false).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAPlaceThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path below = file.resolve("deeper/profile.toml");
        CommandFailed failed =
                catchThrowableOfType(
                        CommandFailed.class, () -> new ProfileFile(below).reserve(false));
        assertThat(failed).hasMessageContaining("cannot be written");
        assertThat(failed.exitCode()).isEqualTo(ExitCode.CANNOT_START);
    }

    @Test
    void saysWhatASetUpThatDidNotEndHasLeft() throws IOException {
        Path path = folder.resolve("profile.toml");
        Files.writeString(folder.resolve("profile.toml.new"), "");
        assertThatThrownBy(() -> new ProfileFile(path).reserve(false))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("profile.toml.new is left from a set-up that did not end");
    }

    @Test
    void readsFingerprintsAsOpensslPrintsThem() {
        String openssl = "0F:".repeat(31) + "0f";
        assertThat(Fingerprint.parse(openssl)).isEqualTo(PROFILE.root());
        assertThat(Fingerprint.parse("sha256:" + "0f".repeat(32))).isEqualTo(PROFILE.root());
    }

    private static void store(Path path, boolean replaces) throws IOException {
        try (ProfileFile.Reservation reservation = new ProfileFile(path).reserve(replaces)) {
            reservation.store(PROFILE);
        }
    }

    private static CommandFailed failure(Path path) {
        CommandFailed failed =
                catchThrowableOfType(CommandFailed.class, () -> new ProfileFile(path).read());
        assertThat(failed).as("the profile was taken").isNotNull();
        return failed;
    }
}
