/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.TransferProgress;
import dev.breakwater.protocol.update.metadata.TargetFile;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakwater release put-back}: the bytes of a release that the server has lost. */
@Command(
        name = "put-back",
        description = {
            "Upload a file again that was published, because the server's disk has lost or altered it. Nothing is signed,",
            "and the release stays as it is. A file that no signed release is made of is refused.",
        },
        footerHeading = "%nExample:%n",
        footer = "  breakwater release put-back tank.zip --product tank")
final class PutBackCommand implements Runnable {

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Parameters(paramLabel = "FILE", description = "The file, to the byte as it was published.")
    private Path file = Path.of("");

    PutBackCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public void run() {
        LocalArtifact artifact = LocalArtifact.of(file);
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            String path = published(artifact, repository);
            ApiAnswer verdict;
            try (TransferProgress progress =
                    new TransferProgress(
                            server.terminal(),
                            "uploading " + artifact.name(),
                            artifact.length(),
                            InstantSource.system())) {
                verdict = new ArtifactUpload(api, artifact).run(repository.productId(), progress);
            }
            server.print(verdict, ReleaseCommand.ARTIFACT_SHEET);
            server.terminal().say("The server has the bytes of %s.".formatted(path));
        }
    }

    private static String published(LocalArtifact artifact, ProductRepository repository) {
        Map<String, TargetFile> targets = repository.refreshed().targets().targets();
        return targets.entrySet().stream()
                .filter(target -> MirrorDirectory.isOf(artifact, target.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(
                        () ->
                                new CommandFailed(
                                        ExitCode.REFUSED,
                                        "no signed release is made of %s (SHA-256 %s); breakwater release publish makes one"
                                                .formatted(artifact.path(), artifact.sha256())));
    }
}
