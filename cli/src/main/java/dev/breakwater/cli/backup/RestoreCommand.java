/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.server.ConfiguredPlace;
import dev.breakwater.cli.server.DataPlace;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.BackupArtifacts;
import dev.breakwater.server.BackupArtifacts.LostArtifact;
import dev.breakwater.server.BackupManifest;
import dev.breakwater.server.BackupRefused;
import dev.breakwater.server.BackupVerification.Verified;
import dev.breakwater.server.DataRestoration;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code breakwater restore}: makes a data directory out of a backup. */
@Command(
        name = "restore",
        description = {
            "Make a data directory out of a backup.",
            "Run it as the user who runs the server, before the server. Nothing is replaced."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  breakwater restore --config /etc/breakwater/breakwater.toml --from /backup/breakwater-1")
public final class RestoreCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private final ConfiguredPlace place;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "A folder that breakwater backup has made.")
    private Path from = Path.of("");

    @Option(
            names = "--without-lost-artifacts",
            description = {
                "Restore even if artifacts are missing or altered in the backup. Devices cannot install those until",
                "they are there again."
            })
    private boolean withoutLost;

    /** A command that finds its defaults in this environment. */
    public RestoreCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.place = new ConfiguredPlace(environment);
    }

    @Override
    public Integer call() {
        DataPlace to = place.read();
        Path backup = from.toAbsolutePath().normalize();
        try (ArtifactProgress progress = new ArtifactProgress(terminal, "reading the backup")) {
            Verified restored =
                    new DataRestoration(to.directory(), to.database(), Clock.systemUTC())
                            .read(backup, withoutLost, progress);
            progress.end();
            BackupManifest manifest = restored.manifest();
            terminal.result("restored  " + to.directory());
            terminal.result("made      " + manifest.madeAt());
            for (LostArtifact lost : restored.lost()) {
                terminal.result("lost      " + lost);
            }
            if (manifest.artifacts() instanceof BackupArtifacts.InBucket(String bucket, var _)) {
                terminal.say(
                        "Its artifacts are in the bucket %s; manifest.json lists what has to be there."
                                .formatted(bucket));
            }
            to.postgres()
                    .ifPresent(
                            database ->
                                    terminal.nextOther(
                                            "The data are still missing. Put the dump into an empty database",
                                            "pg_restore",
                                            "--exit-on-error",
                                            "--dbname=" + database,
                                            backup + ".dump"));
            terminal.say(
                    "It begins where the backup was made: what was revoked, redeemed, issued or acknowledged after "
                            + manifest.madeAt()
                            + " is unknown to it. Revoke again before devices can reach it: docs/how-to/back-up-and-restore.md.");
            terminal.say("It needs the sealing key of that time: " + to.sealingKey() + ".");
            terminal.next(place.command("server"));
            return 0;
        } catch (BackupRefused refused) {
            throw BackupFailure.of(refused);
        }
    }
}
