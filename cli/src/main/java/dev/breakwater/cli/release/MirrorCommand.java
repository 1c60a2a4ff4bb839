/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater release mirror}: the repository for any web server and any TUF client. */
@Command(
        name = "mirror",
        description = {
            "Write a product's repository as static files: DIR/metadata and DIR/targets, for any web server and any TUF",
            "client. Only what was checked is written. Artifacts that the directory lacks are taken from the files that",
            "are named, or else from the server; a download that was cut off goes on where it ended. Run it again when",
            "something was published, and at least every three days: the timestamp expires.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater release mirror /srv/updates --product tank",
            "  breakwater tuf-client --metadata-dir trust init keys/root.json",
        })
final class MirrorCommand implements Runnable {

    private static final Columns SHEET =
            Columns.none()
                    .and("DIRECTORY", "directory")
                    .and("ROOT", "root")
                    .and("TARGETS", "targets")
                    .and("SNAPSHOT", "snapshot")
                    .and("WRITTEN", "written");

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Parameters(
            paramLabel = "DIR",
            description = "The directory; made if it is not there, brought up to date if it is.")
    private Path directory = Path.of("");

    @Option(
            names = "--artifact",
            paramLabel = "FILE",
            description = "A file that was published, and need not be downloaded; may be repeated.")
    private List<Path> artifacts = List.of();

    MirrorCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public void run() {
        List<LocalArtifact> given = artifacts.stream().map(LocalArtifact::of).toList();
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            TrustedRepository trusted = repository.refreshed();
            MirrorDirectory mirror = new MirrorDirectory(directory);
            copy(mirror, trusted, given, repository, new ArtifactDownload(api, server.terminal()));
            for (long version = 1; version <= trusted.root().version(); version++) {
                mirror.metadata(
                        version + ".root.json", repository.requireFile(version + ".root.json"));
            }
            mirror.metadata(
                    trusted.targets().version() + ".targets.json", repository.kept("targets"));
            mirror.metadata(
                    trusted.snapshot().version() + ".snapshot.json", repository.kept("snapshot"));
            // Last: from here on clients are told of the rest.
            mirror.metadata("timestamp.json", repository.kept("timestamp"));
            tell(mirror, trusted);
        }
    }

    private static void copy(
            MirrorDirectory mirror,
            TrustedRepository trusted,
            List<LocalArtifact> given,
            ProductRepository repository,
            ArtifactDownload download) {
        Map<String, LocalArtifact> wanted = new LinkedHashMap<>();
        Map<String, TargetFile> missing = new LinkedHashMap<>();
        for (Map.Entry<String, TargetFile> target : trusted.targets().targets().entrySet()) {
            requireSafe(trusted, target.getKey());
            if (mirror.has(target.getKey(), target.getValue())) {
                continue;
            }
            Optional<LocalArtifact> found =
                    given.stream()
                            .filter(file -> MirrorDirectory.isOf(file, target.getValue()))
                            .findFirst();
            found.ifPresentOrElse(
                    file -> wanted.put(target.getKey(), file),
                    () -> missing.put(target.getKey(), target.getValue()));
        }
        Map<String, String> ids = missing.isEmpty() ? Map.of() : repository.artifacts();
        List<String> nowhere =
                missing.entrySet().stream()
                        .filter(target -> !ids.containsKey(sha256(target.getValue())))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!nowhere.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "neither the mirror nor the server has %s: give each with --artifact FILE, as it was published; nothing was written"
                            .formatted(nowhere));
        }
        wanted.forEach(
                (path, file) ->
                        mirror.target(path, trusted.targets().target(path).orElseThrow(), file));
        missing.forEach(
                (path, target) ->
                        mirror.target(
                                path,
                                target,
                                download,
                                Objects.requireNonNull(ids.get(sha256(target)))));
    }

    private static String sha256(TargetFile target) {
        return target.hashes().sha256().orElseThrow();
    }

    /** What a client would refuse is not written either, least of all to another place. */
    static void requireSafe(TrustedRepository trusted, String path) {
        try {
            var _ = trusted.find(path);
        } catch (UpdateRefused | IOException refused) {
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    "a target cannot be mirrored: " + refused.getMessage(),
                    refused);
        }
    }

    private void tell(MirrorDirectory mirror, TrustedRepository trusted) {
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("directory", directory.toString())
                        .put("root", trusted.root().version())
                        .put("targets", trusted.targets().version())
                        .put("snapshot", trusted.snapshot().version());
        ArrayNode written = json.putArray("written");
        mirror.written().forEach(written::add);
        server.print(ReleaseCommand.answer(json), SHEET);
        server.terminal().say("The mirror is up to date. Serve it, and run this again in time.");
    }
}
