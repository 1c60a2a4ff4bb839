/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.KeyOptions;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.cli.scan.LocalScan;
import dev.breakwater.cli.terminal.OutputFormat;
import dev.breakwater.cli.terminal.TransferProgress;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.server.scan.rule.RuleBook;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater release publish}: from a file to a release that may be rolled out. */
@Command(
        name = "publish",
        description = {
            "Scan a file for secrets by your organization's rules too, upload it, sign that it is a release, and publish",
            "it. No device installs it before a rollout offers it. An upload that broke off goes on where it ended. Ends",
            "with 5 when secrets were found, here or by the server.",
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  breakwater release publish tank.zip --product tank --version 1.1 --hardware rev-a \\",
            "      --notes @NOTES.md --key keys/release-1.pem",
        })
final class PublishCommand implements Callable<Integer> {

    private final ServerOptions server;
    private final Clock clock = Clock.systemUTC();

    @Parameters(paramLabel = "FILE", description = "What devices are to install.")
    private Path file = Path.of("");

    @Mixin private final RepositoryOptions options;

    @Mixin private final ReleaseOptions release = new ReleaseOptions();

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(
            names = "--life",
            paramLabel = "TIME",
            defaultValue = Lives.STANDARD,
            description = "How long the targets are believed; ${DEFAULT-VALUE} if not given.")
    private Duration life = Duration.ZERO;

    @Option(
            names = "--despite-findings",
            description =
                    "Upload even if the scan on this machine finds secrets; the server still blocks the"
                            + " release until each finding is waived.")
    private boolean despiteFindings;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where to write the signed file if others have to sign, too; this one if not given.")
    private Path directory = Path.of(".");

    PublishCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public Integer call() {
        LocalArtifact artifact = LocalArtifact.of(file);
        try (ApiClient api = server.connect()) {
            if (!mayBeUploaded(artifact, new OwnScanRules(api).book(server.terminal()))) {
                return ExitCode.CHECK_FAILED.number();
            }
            ProductRepository repository = options.open(api);
            TrustedRepository trusted = repository.refreshed();
            Targets before = trusted.targets();
            String path = release.version() + "/" + artifact.name();
            if (before.target(path).isPresent()) {
                throw new CommandFailed(
                        ExitCode.REFUSED,
                        "%s is published, and what is published stays as it is; give the new file another version"
                                .formatted(path));
            }
            long signed = PublishedReleases.highestCounter(before);
            ReleaseDescription description =
                    release.description(
                            repository.productId(),
                            release.hasCounter() ? signed : repository.highestCounter(signed),
                            PublishedReleases.lastFloor(before));
            // Before the upload, so that a wrong passphrase costs no time.
            List<SigningKey> signers = keys.open(server.keyboard());
            PublishedReleases.requireCounting(signers, trusted.root());
            ApiAnswer verdict = upload(api, repository, artifact);
            if (!verdict.json().path("verdict").asString().equals("clean")) {
                return blocked(api, verdict);
            }
            Map<String, TargetFile> targets = new HashMap<>(before.targets());
            targets.put(
                    path,
                    new TargetFile(
                            artifact.length(),
                            new FileHashes(Map.of("sha256", artifact.sha256())),
                            release.custom(description)));
            Targets next =
                    new Targets(
                            before.version() + 1,
                            Lives.end(repository.now(), life),
                            targets,
                            before.delegations());
            return published(repository, trusted.root(), Signed.by(next, signers), path);
        }
    }

    private Integer published(ProductRepository repository, Root root, Signed next, String path) {
        boolean taken =
                new HandingIn(server, repository, options.product(), directory)
                        .handIn(List.of(next), root, root);
        if (taken) {
            ApiAnswer made = repository.release(path);
            server.print(made, ReleaseCommand.RELEASE);
            server.terminal()
                    .say(
                            "Published %s. No device installs it before a rollout offers it."
                                    .formatted(path));
            server.terminal()
                    .next("rollout", "preview", options.product(), release.version(), "--all");
        }
        return ExitCode.OK.number();
    }

    private boolean mayBeUploaded(LocalArtifact artifact, RuleBook rules) {
        LocalScan scan;
        try (TransferProgress progress = progress("scanning", artifact)) {
            scan = LocalScan.of(file, rules, clock, progress::at);
        }
        if (scan.isClean()) {
            return true;
        }
        if (server.format() == OutputFormat.TABLE) {
            scan.tell(server.terminal());
        } else if (!despiteFindings) {
            server.terminal().json(scan.json());
        }
        if (!despiteFindings) {
            server.terminal()
                    .say(
                            "Nothing was uploaded: %s is not clean. Mend it; or upload it with --despite-findings, and let somebody who may waive each finding."
                                    .formatted(file));
        }
        return despiteFindings;
    }

    private TransferProgress progress(String verb, LocalArtifact artifact) {
        return new TransferProgress(
                server.terminal(), verb + " " + artifact.name(), artifact.length(), clock);
    }

    private ApiAnswer upload(ApiClient api, ProductRepository repository, LocalArtifact artifact) {
        try (TransferProgress progress = progress("uploading", artifact)) {
            return new ArtifactUpload(api, artifact).run(repository.productId(), progress);
        }
    }

    private Integer blocked(ApiClient api, ApiAnswer verdict) {
        String id = verdict.json().path("id").asString();
        ReleaseCommand.printFindings(server, api, id);
        server.terminal()
                .say(
                        "The server has the file and blocks its release. Mend it and publish the new file; or let somebody who may waive each finding, and publish again.");
        server.terminal()
                .next("release", "waive", id, "FINGERPRINT", "--reason", "TEXT", "--for", "30d");
        return ExitCode.CHECK_FAILED.number();
    }
}
