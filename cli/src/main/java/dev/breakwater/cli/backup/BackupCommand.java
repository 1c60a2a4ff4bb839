/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.server.ConfiguredPlace;
import dev.breakwater.cli.server.DataPlace;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.BackupArtifacts;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupManifest;
import dev.breakwater.server.BackupRefused;
import dev.breakwater.server.DataBackup;
import dev.breakwater.server.DatabaseKind;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.audit.AuditChain.Verdict;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code breakwater backup}: copies a server's data while it works, and proves the copy. */
@Command(
        name = "backup",
        description = {
            "Back up a server's data directory while the server runs.",
            "The sealing key is not in the backup: keep it elsewhere, or nothing can be opened.",
            "PostgreSQL is backed up by its own pg_dump; this command says how. Artifacts are in the backup unless",
            "they are in a bucket; those that another backup in the same folder has take no room again."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  breakwater backup --config /etc/breakwater/breakwater.toml --to /backup/breakwater-1")
public final class BackupCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private final ConfiguredPlace place;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description =
                    "A folder that is not there yet; on another disk, or it is lost with this one.")
    private Optional<Path> to = Optional.empty();

    @Option(
            names = "--anew",
            description =
                    "Copy artifacts even if another backup has them, such as one that was found damaged.")
    private boolean anew;

    @Spec private CommandSpec spec = CommandSpec.create();

    /** A command that finds its defaults in this environment. */
    public BackupCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.place = new ConfiguredPlace(environment);
    }

    /** The command with what is below it. */
    public static CommandLine of(Terminal terminal, Map<String, String> environment) {
        return new CommandLine(new BackupCommand(terminal, environment))
                .addSubcommand("verify", new VerifyCommand(terminal, environment));
    }

    @Override
    public Integer call() {
        // Not "required" to the parser, which would want it of the command below as well.
        Path backup =
                to.orElseThrow(
                                () ->
                                        new ParameterException(
                                                spec.commandLine(),
                                                "Missing required option: '--to=DIR'"))
                        .toAbsolutePath()
                        .normalize();
        DataPlace from = place.read();
        try (ArtifactProgress progress = new ArtifactProgress(terminal, "copying artifacts")) {
            BackupManifest manifest =
                    new DataBackup(
                                    from.directory(),
                                    from.database(),
                                    from.bucket(),
                                    Clock.systemUTC())
                            .write(backup, anew, progress);
            progress.end();
            terminal.result("backup    " + backup);
            terminal.result("made      " + manifest.madeAt());
            terminal.result("files     " + manifest.files().size());
            terminal.result("bytes     " + manifest.bytes());
            ExitCode artifacts = tellArtifacts(manifest);
            from.postgres().ifPresent(database -> nameTheirProgram(database, backup));
            ExitCode verdict =
                    from.database() == DatabaseKind.SQLITE ? proveAudit(backup) : ExitCode.OK;
            terminal.say(
                    "The sealing key is not in the backup, which opens with nothing else: keep a copy of "
                            + from.sealingKey()
                            + " in another place.");
            terminal.next(place.command("restore", "--from", backup.toString()));
            return (verdict == ExitCode.OK ? artifacts : verdict).number();
        } catch (BackupRefused refused) {
            throw BackupFailure.of(refused);
        }
    }

    /** A backup that lacks an artifact is the best there is, but must not look good. */
    private ExitCode tellArtifacts(BackupManifest manifest) {
        terminal.result("artifacts " + manifest.artifactCount());
        return switch (manifest.artifacts()) {
            case BackupArtifacts.Unsaid() -> ExitCode.OK;
            case BackupArtifacts.InBackup(List<LostArtifact> lost) -> {
                for (LostArtifact one : lost) {
                    terminal.say(
                            "breakwater: the backup was made, but the server's artifact %s; upload it again"
                                    .formatted(one));
                }
                yield lost.isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
            }
            case BackupArtifacts.InBucket(String bucket, List<NamedArtifact> objects) -> {
                terminal.result("bucket    " + bucket);
                terminal.say(inBucket(bucket, objects.size()));
                yield ExitCode.OK;
            }
        };
    }

    private static String inBucket(String bucket, int objects) {
        String keeping =
                "The artifacts are in the bucket %s and not in the backup: keeping it is yours. "
                        .formatted(bucket);
        return keeping
                + (objects > 0
                        ? "manifest.json lists the %d objects that the database needs there."
                                .formatted(objects)
                        : "The database needs an object ORGANIZATION/SHA256 for each row of its table product_artifact.");
    }

    private void nameTheirProgram(String database, Path backup) {
        terminal.result("database  not in this backup");
        terminal.nextOther(
                "The data lie in PostgreSQL. Dump them now, after this backup and not before it",
                "pg_dump",
                "--format=custom",
                "--file=" + backup + ".dump",
                database);
        terminal.say(
                "Then compare: breakwater backup verify names each artifact that the database has come to name since.");
    }

    /** A backup whose evidence is broken is still the best there is, but must not look good. */
    private ExitCode proveAudit(Path backup) {
        Path database =
                backup.resolve(BackupManifest.FILES_DIRECTORY)
                        .resolve(ServerConfiguration.SQLITE_FILE);
        try (AuditArchive archive = AuditArchive.open(new DatabaseLocation.SqliteFile(database))) {
            return switch (archive.verify(Optional.empty())) {
                case Verdict.Intact(long entries, String headHash) -> {
                    terminal.result("entries   " + entries);
                    terminal.result("head      " + headHash);
                    yield ExitCode.OK;
                }
                case Verdict.Broken(long sequence, String why) -> broken(sequence, why);
                case Verdict.HeadMissing(long entries, String _) ->
                        broken(entries, "no head was asked for");
            };
        } catch (StorageUnavailable unreadable) {
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    "the backup was made, but its audit log cannot be read: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    private ExitCode broken(long sequence, String why) {
        terminal.say(
                "breakwater: the backup was made, but the server's audit chain is broken at entry "
                        + sequence
                        + ": "
                        + why);
        return ExitCode.CHECK_FAILED;
    }
}
