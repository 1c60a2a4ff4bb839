/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.tuf;

import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code breakwater tuf-client}: the command line of the conformance suite of The Update Framework.
 * Unlike our other commands it ends with 1 whatever went wrong, for so the suite wants it.
 */
@Command(
        name = "tuf-client",
        description = {
            "Follow any repository of The Update Framework, as devices do; for conformance tests.",
            "Ends with 0 if all is well and with 1 if not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater tuf-client --metadata-dir trust init root.json",
            "  breakwater tuf-client --metadata-dir trust --metadata-url https://updates.example/m refresh"
        })
public final class TufClientCommand {

    private static final int REFUSED = 1;

    private final Terminal terminal;

    @Option(
            names = "--metadata-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where the metadata lies that is trusted.")
    private Path metadataDirectory = Path.of("");

    @Option(
            names = "--metadata-url",
            paramLabel = "URL",
            description = "Where the repository's metadata is.")
    private Optional<URI> metadataUrl = Optional.empty();

    @Option(names = "--target-name", paramLabel = "PATH", description = "Which target to download.")
    private Optional<String> targetName = Optional.empty();

    @Option(
            names = "--target-base-url",
            paramLabel = "URL",
            description = "Where the repository's targets are.")
    private Optional<URI> targetBaseUrl = Optional.empty();

    @Option(names = "--target-dir", paramLabel = "DIR", description = "Where to put the target.")
    private Optional<Path> targetDirectory = Optional.empty();

    /** A command that says what it did there. */
    public TufClientCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @FunctionalInterface
    private interface Step {
        String take() throws UpdateRefused, IOException;
    }

    @Command(
            description = "Trust a root from now on.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater tuf-client --metadata-dir trust init root.json")
    int init(
            @Parameters(paramLabel = "ROOT", description = "The file of the root to trust.")
                    Path root) {
        return end(
                () -> {
                    if (Files.size(root) > MetadataLimits.ROOT_BYTES_MAX) {
                        throw new UpdateRefused(
                                UpdateFault.TOO_LONG,
                                "root must be at most %d bytes"
                                        .formatted(MetadataLimits.ROOT_BYTES_MAX));
                    }
                    store().write("root", Files.readAllBytes(root));
                    return "The root is trusted from now on.";
                });
    }

    @Command(
            description = "Bring the metadata that is trusted up to date.",
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater tuf-client --metadata-dir trust --metadata-url https://updates.example/m"
                            + " refresh")
    int refresh() {
        return end(
                () -> {
                    TrustedRepository repository = refreshed();
                    return "Up to date: root %d, snapshot %d, targets %d."
                            .formatted(
                                    repository.root().version(),
                                    repository.snapshot().version(),
                                    repository.targets().version());
                });
    }

    @Command(
            description = "Bring the metadata up to date, and fetch a target.",
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater tuf-client --metadata-dir trust --metadata-url https://updates.example/m"
                            + " --target-name a.img --target-base-url https://updates.example/t"
                            + " --target-dir images download")
    int download() {
        return end(
                () -> {
                    String name = given(targetName, "--target-name");
                    URI base = given(targetBaseUrl, "--target-base-url");
                    Path directory = given(targetDirectory, "--target-dir");
                    FoundTarget target =
                            refreshed()
                                    .find(name)
                                    .orElseThrow(
                                            () ->
                                                    new UpdateRefused(
                                                            UpdateFault.NO_SUCH_TARGET,
                                                            "the repository lists no such target"));
                    Path kept = new TargetDirectory(directory).keep(target, new HttpFiles(base));
                    return "Verified: " + kept;
                });
    }

    private TrustedRepository refreshed() throws UpdateRefused, IOException {
        return new RepositoryClient(
                        store(),
                        new HttpFiles(given(metadataUrl, "--metadata-url")),
                        Clock.systemUTC(),
                        System::nanoTime)
                .refresh();
    }

    private DirectoryTrustStore store() {
        return new DirectoryTrustStore(metadataDirectory);
    }

    private static <T> T given(Optional<T> option, String name) throws IOException {
        return option.orElseThrow(() -> new IOException("say " + name));
    }

    private int end(Step step) {
        try {
            terminal.result(step.take());
            return 0;
        } catch (UpdateRefused refused) {
            terminal.say(
                    "breakwater: refused (%s): %s"
                            .formatted(refused.fault(), refused.getMessage()));
        } catch (IOException | IllegalArgumentException failed) {
            terminal.say("breakwater: could not be done: " + failed.getMessage());
        }
        return REFUSED;
    }
}
