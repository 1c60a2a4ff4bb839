/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.KeyOptions;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of commands that sign the targets anew without a new release, and how. */
abstract sealed class TargetsChange implements Runnable {

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(
            names = "--life",
            paramLabel = "TIME",
            defaultValue = Lives.STANDARD,
            description = "How long the targets are believed; ${DEFAULT-VALUE} if not given.")
    private Duration life = Duration.ZERO;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where to write the signed file if others have to sign, too; this one if not given.")
    private Path directory = Path.of(".");

    private TargetsChange(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    /** Makes of the targets there are those that are signed. */
    abstract void change(Map<String, TargetFile> targets);

    /** Says what has been done. */
    abstract String done();

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            TrustedRepository trusted = repository.refreshed();
            Map<String, TargetFile> targets = new HashMap<>(trusted.targets().targets());
            change(targets);
            List<SigningKey> signers = keys.open(server.keyboard());
            PublishedReleases.requireCounting(signers, trusted.root());
            Targets next =
                    new Targets(
                            trusted.targets().version() + 1,
                            Lives.end(repository.now(), life),
                            targets,
                            trusted.targets().delegations());
            boolean taken =
                    new HandingIn(server, repository, options.product(), directory)
                            .handIn(
                                    List.of(Signed.by(next, signers)),
                                    trusted.root(),
                                    trusted.root());
            if (taken) {
                server.print(repository.state(), ReleaseCommand.REPOSITORY);
                server.terminal().say(done());
                server.terminal().next("release", "list", "--product", options.product());
            }
        }
    }

    /** {@code breakwater release withdraw}. */
    @Command(
            name = "withdraw",
            description = {
                "Sign that a release is none any more: no device is told to install it from now on. Devices that run it",
                "go on; give them another release.",
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater release withdraw 1.1/tank.zip --product tank --key keys/release-1.pem")
    static final class Withdraw extends TargetsChange {

        @Parameters(paramLabel = "PATH", description = "Its path, as release list shows it.")
        private String path = "";

        Withdraw(ServerOptions server, Path trust) {
            super(server, trust);
        }

        @Override
        void change(Map<String, TargetFile> targets) {
            if (targets.remove(path) == null) {
                throw new CommandFailed(
                        ExitCode.REFUSED,
                        "the release keys vouch for no release '%s'; they do for %s"
                                .formatted(path, targets.keySet()));
            }
        }

        @Override
        String done() {
            return "Withdrew " + path + ".";
        }
    }

    /** {@code breakwater release renew}. */
    @Command(
            name = "renew",
            description = {
                "Sign the targets anew as they are, so that devices believe them for longer. Publishing and withdrawing",
                "do so, too; keys rotate root does it for root.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release renew --product tank --key keys/release-1.pem")
    static final class Renew extends TargetsChange {

        Renew(ServerOptions server, Path trust) {
            super(server, trust);
        }

        @Override
        void change(Map<String, TargetFile> targets) {
            // They stay as they are.
        }

        @Override
        String done() {
            return "The targets last longer now.";
        }
    }
}
