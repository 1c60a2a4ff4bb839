/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.cli.release.signing.SigningKeys;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater release keys init}: from nothing to a repository that devices believe. */
@Command(
        name = "init",
        description = {
            "Begin a product's update repository: make its root and release keys, sign its first root and its first",
            "file of targets, and hand both in. Each key becomes a file that a passphrase seals and that only you",
            "can read; or name keys in tokens. Nothing that is there is replaced.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater release keys init --product \"Smart fish tank\" --directory keys",
            "  breakwater release keys init --product tank --directory keys --release-keys 2 \\",
            "      --root-passphrase-file a.txt --root-passphrase-file b.txt --root-passphrase-file c.txt \\",
            "      --release-passphrase-file ci.txt",
        })
final class InitCommand implements Runnable {

    private static final int KEYS_MAX = 16;
    private static final Columns FILES =
            Columns.none().and("FILE", "file").and("KEY ID", "keyId").and("WHAT TO DO", "advice");

    private final ServerOptions server;
    private final Path trust;

    @Option(
            names = "--product",
            paramLabel = "PRODUCT",
            required = true,
            description = "The product's id or its name.")
    private String product = "";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            required = true,
            description = "Where to put the files; made if it is not there, and must be empty.")
    private Path directory = Path.of("");

    @Option(
            names = "--root-keys",
            paramLabel = "COUNT",
            description = "How many root keys to make; 3 if not given.")
    private int rootKeys = 3;

    @Option(
            names = "--root-threshold",
            paramLabel = "COUNT",
            description = "How many of them have to sign together; 2 if not given.")
    private int rootThreshold = 2;

    @Option(
            names = "--root-key",
            paramLabel = "KEY",
            description = "A root key that is there already, instead of new ones; once for each.")
    private List<String> givenRootKeys = List.of();

    @Option(
            names = "--release-keys",
            paramLabel = "COUNT",
            description = "How many release keys to make; 1 if not given.")
    private int releaseKeys = 1;

    @Option(
            names = "--release-threshold",
            paramLabel = "COUNT",
            description = "How many of them have to sign together; 1 if not given.")
    private int releaseThreshold = 1;

    @Option(
            names = "--release-key",
            paramLabel = "KEY",
            description =
                    "A release key that is there already, instead of new ones; once for each.")
    private List<String> givenReleaseKeys = List.of();

    @Option(
            names = "--root-passphrase-file",
            paramLabel = "FILE",
            description =
                    "The passphrase of the root keys' files; once for all, or once for each. Asked for"
                            + " if not given.")
    private List<Path> rootPassphrases = List.of();

    @Option(
            names = "--release-passphrase-file",
            paramLabel = "FILE",
            description = "The same for the release keys' files.")
    private List<Path> releasePassphrases = List.of();

    @Option(
            names = "--root-life",
            paramLabel = "TIME",
            defaultValue = Lives.STANDARD,
            description = "How long the root is believed; ${DEFAULT-VALUE} if not given.")
    private Duration rootLife = Duration.ZERO;

    @Option(
            names = "--targets-life",
            paramLabel = "TIME",
            defaultValue = Lives.STANDARD,
            description = "How long the targets are believed; ${DEFAULT-VALUE} if not given.")
    private Duration targetsLife = Duration.ZERO;

    /**
     * The command.
     *
     * @param trust the directory in which this machine keeps what it knows of repositories
     */
    InitCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.trust = trust;
    }

    @Override
    public void run() {
        requireThreshold("root", rootThreshold, rootKeys, givenRootKeys);
        requireThreshold("release", releaseThreshold, releaseKeys, givenReleaseKeys);
        Instant now = Clock.systemUTC().instant();
        Instant rootEnd = Lives.end(now, rootLife);
        Instant targetsEnd = Lives.end(now, targetsLife);
        try (ApiClient api = server.connect();
                KeyDirectory keys = KeyDirectory.at(directory)) {
            String id = Names.productId(api, product);
            ProductRepository repository =
                    new ProductRepository(
                            api,
                            id,
                            trust.resolve(id),
                            Optional.empty(),
                            server.terminal(),
                            Clock.systemUTC());
            requireNone(repository.state());
            MetadataKey online = repository.preparedKey(false);
            SigningKeys signing = new SigningKeys(server.keyboard());
            List<SigningKey> roots =
                    givenRootKeys.isEmpty()
                            ? keys.make(signing, "root", rootKeys, product, rootPassphrases)
                            : signing.open(givenRootKeys, rootPassphrases);
            List<SigningKey> releases =
                    givenReleaseKeys.isEmpty()
                            ? keys.make(
                                    signing, "release", releaseKeys, product, releasePassphrases)
                            : signing.open(givenReleaseKeys, releasePassphrases);
            requireDistinct(roots, releases);
            Signed root =
                    FirstFiles.root(
                            roots, rootThreshold, releases, releaseThreshold, online, rootEnd);
            Signed targets = FirstFiles.targets(releases, online, targetsEnd);
            keys.add("root.json", root.bytes(), "Goes into every device: what it believes first.");
            keys.add(targets.name(), targets.bytes(), "No release yet. Was handed in.");
            keys.finish(product, rootThreshold, releaseThreshold);
            repository.trust(root.bytes());
            handIn(repository, root, targets);
            tell(keys, root, targets);
        }
    }

    private static void requireThreshold(String role, int threshold, int made, List<String> given) {
        int count = given.isEmpty() ? made : given.size();
        if (count < 1 || count > KEYS_MAX || threshold < 1 || threshold > count) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%d of %d %s keys cannot sign together: there are 1 to %d keys, and a threshold of 1 to all of them"
                            .formatted(threshold, count, role, KEYS_MAX));
        }
    }

    /** A release key is used often and may be stolen some day; root must outlive it. */
    private static void requireDistinct(List<SigningKey> roots, List<SigningKey> releases) {
        for (SigningKey release : releases) {
            if (roots.stream().anyMatch(root -> root.key().id().equals(release.key().id()))) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "a release key must not be a root key too: root replaces it when it is"
                                + " stolen");
            }
        }
    }

    private void requireNone(ApiAnswer state) {
        if (ProductRepository.isThere(state, "root")) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    "the product '%s' has a repository; breakwater release keys rotate changes its keys"
                            .formatted(product));
        }
    }

    /** Whatever was made is on disk by now, so that a failure here loses nothing. */
    private void handIn(ProductRepository repository, Signed root, Signed targets) {
        try {
            repository.put(
                    List.of(root, targets),
                    (step, _) -> server.terminal().say(HandingIn.taken(step)));
        } catch (CommandFailed failed) {
            server.terminal()
                    .say(
                            "The keys and the signed files are in %s and stay there; they were not handed in. Do it with:"
                                    .formatted(directory));
            server.terminal()
                    .next(
                            "release",
                            "submit",
                            directory.resolve("root.json").toString(),
                            directory.resolve(targets.name()).toString(),
                            "--product",
                            product);
            throw failed;
        }
    }

    private void tell(KeyDirectory keys, Signed root, Signed targets) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("directory", directory.toString());
        json.put("rootExpires", root.content().expires().toString());
        json.put("targetsExpires", targets.content().expires().toString());
        json.put("rootThreshold", rootThreshold);
        json.put("releaseThreshold", releaseThreshold);
        ArrayNode files = json.putArray("files");
        keys.files()
                .forEach(
                        file ->
                                files.addObject()
                                        .put("file", directory.resolve(file.name()).toString())
                                        .put("keyId", file.keyId())
                                        .put("advice", file.advice()));
        server.print(
                ReleaseCommand.answer(json),
                shown -> FILES.printRows(shown.path("files"), server.terminal()));
        server.terminal()
                .say(
                        "The repository of %s has begun. Root: any %d keys sign together, until %s. Releases: any %d, until %s."
                                .formatted(
                                        product,
                                        rootThreshold,
                                        root.content().expires(),
                                        releaseThreshold,
                                        targets.content().expires()));
        server.terminal()
                .say(
                        "Now carry each root key to a place of its own, with its passphrase elsewhere, and"
                                + " remove it from this machine.");
        server.terminal()
                .next(
                        "release",
                        "publish",
                        "FILE",
                        "--product",
                        product,
                        "--version",
                        "1.0",
                        "--hardware",
                        "ID",
                        "--key",
                        directory.resolve("release-1.pem").toString());
    }
}
