/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.server.ConfiguredPlace;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupRefused;
import dev.breakwater.server.BackupVerification;
import dev.breakwater.server.BackupVerification.Verified;
import dev.breakwater.server.DatabaseKind;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater backup verify}: reads a backup as a restoration would. */
@Command(
        name = "verify",
        description = {
            "Read a whole backup and compare each file's SHA-256, and that each artifact is there that its database",
            "names. Nothing is changed. With PostgreSQL, the database that the configuration names is asked: run it",
            "after the dump was taken."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  breakwater backup verify /backup/breakwater-1 --config /etc/breakwater/breakwater.toml")
final class VerifyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private final ConfiguredPlace place;

    @Parameters(paramLabel = "DIR", description = "A folder that breakwater backup has made.")
    private Path directory = Path.of("");

    VerifyCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.place = new ConfiguredPlace(environment);
    }

    @Override
    public Integer call() {
        Path backup = directory.toAbsolutePath().normalize();
        try (ArtifactProgress progress = new ArtifactProgress(terminal, "reading")) {
            Verified verified = BackupVerification.verify(backup, postgres(), progress);
            progress.end();
            terminal.result("backup    " + backup);
            terminal.result("made      " + verified.manifest().madeAt());
            terminal.result("files     " + verified.manifest().files().size());
            terminal.result("bytes     " + verified.manifest().bytes());
            if (verified.lost().isEmpty()) {
                terminal.result("verdict   whole");
                terminal.next(place.command("restore", "--from", backup.toString()));
                return ExitCode.OK.number();
            }
            for (LostArtifact lost : verified.lost()) {
                terminal.result("lost      " + lost);
            }
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    "the backup lacks %d artifacts; upload them again if the server lacks them too, and take another with --anew"
                            .formatted(verified.lost().size()));
        } catch (BackupRefused refused) {
            throw BackupFailure.of(refused);
        }
    }

    private Optional<DatabaseLocation.PostgresServer> postgres() {
        return place.read().database() == DatabaseKind.POSTGRESQL
                        && place.database() instanceof DatabaseLocation.PostgresServer there
                ? Optional.of(there)
                : Optional.empty();
    }
}
