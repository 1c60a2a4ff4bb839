/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.KeyOptions;
import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.cli.release.signing.SigningKeys;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater release keys rotate}: other keys for a role, in one step. */
@Command(
        name = "rotate",
        description = {
            "Give a role other keys: root (who says whose keys count), release (who signs releases) or online (the key",
            "that the server has). Makes the next root, and for release and online the next targets, signed by the keys",
            "that --key names: enough of root's, and of those who sign releases then. Root without other options is",
            "signed anew, to last longer. Signed files are written first, and handed in together, so that no device sees",
            "half of it; if signatures are missing, others add theirs with keys sign, and submit hands them in.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater release keys rotate release --product tank --key root-1.pem --key root-2.pem \\",
            "      --remove 9b871512 --new release-2.pem",
            "  breakwater release keys rotate root --product tank --key root-1.pem --key root-2.pem \\",
            "      --remove 55ac8a1d --add dave.pub.pem",
            "  breakwater release keys rotate root --product tank --key root-1.pem --key root-2.pem",
            "  breakwater release keys rotate online --product tank --key root-1.pem --key root-2.pem \\",
            "      --key release-1.pem",
        })
final class RotateCommand implements Runnable {

    /** Whose keys. */
    enum Role {
        /** Those who say whose keys count. */
        ROOT(TopRole.ROOT),
        /** Those who sign releases. */
        RELEASE(TopRole.TARGETS),
        /** The server's own, for what is fresh and for the director. */
        ONLINE(TopRole.TIMESTAMP);

        private final TopRole role;

        Role(TopRole role) {
            this.role = role;
        }

        /** Whether the targets have to be signed anew with it, if there are any. */
        boolean concernsTargets(ProductRepository repository) {
            return switch (this) {
                case ROOT -> false;
                case RELEASE -> repository.hasTargets();
                // A stolen server would say that there are none, to go on as director.
                case ONLINE -> true;
            };
        }
    }

    private final ServerOptions server;

    @Mixin private final RepositoryOptions options;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(paramLabel = "ROLE", description = "root, release or online.")
    private Role role = Role.ROOT;

    @Option(
            names = "--remove",
            paramLabel = "ID",
            description = "A key that counts no more, by its id or the beginning of it.")
    private List<String> removed = List.of();

    @Option(
            names = "--add",
            paramLabel = "FILE",
            description = "A key that counts from now on, by its public half.")
    private List<Path> added = List.of();

    @Option(
            names = "--new",
            paramLabel = "KEY",
            description =
                    "A key that is made now, counts from now on and signs: a file, or a name of a key in a"
                            + " token.")
    private List<String> made = List.of();

    @Option(
            names = "--new-passphrase-file",
            paramLabel = "FILE",
            description = "The passphrase of each new file; asked for if not given.")
    private List<Path> newPassphrases = List.of();

    @Option(
            names = "--threshold",
            paramLabel = "COUNT",
            description = "How many keys have to sign together; as before if not given.")
    private Optional<Integer> threshold = Optional.empty();

    @Option(
            names = "--life",
            paramLabel = "TIME",
            defaultValue = Lives.STANDARD,
            description = "How long what is signed is believed; ${DEFAULT-VALUE} if not given.")
    private Duration life = Duration.ZERO;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where to write the signed files; this one if not given.")
    private Path directory = Path.of(".");

    @Option(
            names = "--replace-prepared",
            description =
                    "For online: destroy a next key that the server has ready, and have another made. After a theft, the"
                            + " thief may have that one, too.")
    private boolean replacePrepared;

    RotateCommand(ServerOptions server, Path trust) {
        this.server = server;
        this.options = new RepositoryOptions(server, trust);
    }

    @Override
    public void run() {
        try (ApiClient api = server.connect()) {
            ProductRepository repository = options.open(api);
            Instant end = Lives.end(repository.now(), life);
            Root root = repository.root();
            Optional<Targets> targets =
                    role.concernsTargets(repository)
                            ? Optional.of(repository.refreshed().targets())
                            : Optional.empty();
            requireChange();
            List<SigningKey> signers = new ArrayList<>(keys.open(server.keyboard()));
            Root next =
                    role == Role.ONLINE
                            ? withOnlineKey(root, repository.preparedKey(replacePrepared), end)
                            : withOtherKeys(root, signers, end);
            List<Signed> files = new ArrayList<>();
            files.add(Signed.by(next, among(signers, root, next)));
            targets.ifPresent(
                    now ->
                            files.add(
                                    Signed.by(
                                            renewed(now, next, end),
                                            among(signers, next.keysOf(TopRole.TARGETS)))));
            HandingIn handing = new HandingIn(server, repository, options.product(), directory);
            handing.keep(files);
            handing.handIn(files, root, next);
        }
    }

    private Root withOtherKeys(Root root, List<SigningKey> signers, Instant end) {
        List<MetadataKey> fresh = new ArrayList<>();
        added.forEach(file -> fresh.add(PublicKeyFile.read(file)));
        // Whatever is wrong with the rest is found out before a key is made for nothing.
        RoleKeys _ = next(root, fresh, made.size());
        makeNew(signers, fresh);
        RoleKeys rotated = next(root, fresh, 0);
        return rotated.equals(root.keysOf(role.role))
                ? root.renewed(end)
                : root.rotated(role.role, rotated, end);
    }

    private static Root withOnlineKey(Root root, MetadataKey online, Instant end) {
        Map<TopRole, RoleKeys> roles = new EnumMap<>(root.roles());
        RoleKeys server = new RoleKeys(List.of(online), 1);
        roles.put(TopRole.SNAPSHOT, server);
        roles.put(TopRole.TIMESTAMP, server);
        return new Root(root.version() + 1, end, root.consistentSnapshot(), roles);
    }

    private void requireChange() {
        boolean changes =
                !removed.isEmpty() || !added.isEmpty() || !made.isEmpty() || threshold.isPresent();
        if (role == Role.ONLINE && changes) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the server makes its own keys, one at a time; --remove, --add, --new and --threshold"
                            + " are for root and release");
        }
        if (role != Role.ONLINE && replacePrepared) {
            throw new CommandFailed(ExitCode.USAGE, "--replace-prepared is for online");
        }
        if (role == Role.RELEASE && !changes) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "say what changes: --remove, --add, --new or --threshold; breakwater release renew"
                            + " makes the targets last longer");
        }
    }

    private RoleKeys next(Root root, List<MetadataKey> fresh, int more) {
        return NextKeys.of(root.keysOf(role.role), removed, fresh, more, threshold);
    }

    private void makeNew(List<SigningKey> signers, List<MetadataKey> fresh) {
        SigningKeys signing = new SigningKeys(server.keyboard());
        for (int place = 0; place < made.size(); place++) {
            List<Path> passphrase =
                    newPassphrases.isEmpty() || made.get(place).startsWith("pkcs11:")
                            ? List.of()
                            : List.of(
                                    newPassphrases.get(Math.min(place, newPassphrases.size() - 1)));
            SigningKey key =
                    signing.create(
                            made.get(place),
                            "Breakwater: a %s key".formatted(role.name().toLowerCase(Locale.ROOT)),
                            passphrase);
            signers.add(key);
            fresh.add(key.key());
        }
    }

    /** Old and new keys of root sign the next root. */
    private static List<SigningKey> among(List<SigningKey> signers, Root root, Root next) {
        List<MetadataKey> listed = new ArrayList<>(root.keysOf(TopRole.ROOT).keys());
        listed.addAll(next.keysOf(TopRole.ROOT).keys());
        return signers.stream().filter(signer -> isIn(signer, listed)).toList();
    }

    private static List<SigningKey> among(List<SigningKey> signers, RoleKeys keys) {
        return signers.stream().filter(signer -> isIn(signer, keys.keys())).toList();
    }

    private static boolean isIn(SigningKey signer, List<MetadataKey> listed) {
        return listed.stream().anyMatch(key -> key.id().equals(signer.key().id()));
    }

    /** The server speaks as the director with the key that it has for the rest. */
    private Targets renewed(Targets targets, Root next, Instant end) {
        return new Targets(
                targets.version() + 1,
                end,
                targets.targets(),
                role == Role.ONLINE
                        ? List.of(
                                FirstFiles.director(
                                        next.keysOf(TopRole.TIMESTAMP).keys().getFirst()))
                        : targets.delegations());
    }
}
