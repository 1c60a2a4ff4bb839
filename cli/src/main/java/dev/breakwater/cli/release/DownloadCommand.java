/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code breakwater release download}: what devices install, to the byte. */
@Command(
        name = "download",
        description = {
            "Download what a release installs, checked by the repository's metadata from the root that this machine",
            "knows. The file gets its name when its bytes are those that were signed. Cut off, the same command",
            "goes on where it ended.",
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater release download 1.1 --product tank --to tank.zip")
final class DownloadCommand implements Runnable {

    private static final Columns SHEET =
            Columns.none()
                    .and("PATH", "path")
                    .and("FILE", "file")
                    .and("BYTES", "length")
                    .and("SHA256", "sha256");

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Parameters(
            paramLabel = "RELEASE",
            description =
                    "A version such as 1.1, a path such as 1.1/tank.zip, or an artifact by its id or SHA-256.")
    private String release = "";

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "The file to write; must not be there yet.")
    private Path output = Path.of("");

    DownloadCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public void run() {
        if (Files.exists(output)) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, output + " is there and is not replaced; name another");
        }
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            TrustedRepository trusted = repository.refreshed();
            Map<String, String> ids = repository.artifacts();
            Map.Entry<String, TargetFile> target = only(trusted, ids);
            MirrorCommand.requireSafe(trusted, target.getKey());
            String sha256 = target.getValue().hashes().sha256().orElseThrow();
            String id =
                    Optional.ofNullable(ids.get(sha256))
                            .orElseThrow(
                                    () ->
                                            new CommandFailed(
                                                    ExitCode.REFUSED,
                                                    "the server has no artifact " + sha256));
            new ArtifactDownload(api, server.terminal()).run(id, target.getValue(), output);
            server.print(
                    ReleaseCommand.answer(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("path", target.getKey())
                                    .put("file", output.toString())
                                    .put("length", target.getValue().length())
                                    .put("sha256", sha256)),
                    SHEET);
            server.terminal().say("Its bytes are those that were signed.");
        }
    }

    private Map.Entry<String, TargetFile> only(TrustedRepository trusted, Map<String, String> ids) {
        List<Map.Entry<String, TargetFile>> found =
                trusted.targets().targets().entrySet().stream()
                        .filter(target -> isMeant(target, ids))
                        .toList();
        if (found.size() != 1) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    found.isEmpty()
                            ? "no signed release is %s; breakwater release list shows what there is"
                                    .formatted(release)
                            : "%s is one of %s; name its path"
                                    .formatted(
                                            release,
                                            found.stream().map(Map.Entry::getKey).toList()));
        }
        return found.getFirst();
    }

    private boolean isMeant(Map.Entry<String, TargetFile> target, Map<String, String> ids) {
        String sha256 = target.getValue().hashes().sha256().orElse("");
        return target.getKey().equals(release)
                || target.getKey().startsWith(release + "/")
                || sha256.equals(release)
                || release.equals(ids.get(sha256));
    }
}
