/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * A product's update repository on the server, believed as a device believes it: from a root that
 * this machine knows, by the rules of TUF, and never back behind what was seen here before. What is
 * signed next is made from nothing else, or a stolen server would have its own releases signed.
 */
final class ProductRepository {

    private static final String COLLECTION = "products";
    private static final String REPOSITORY = "update-repository";
    private static final int PAGES_MAX = 1_000;

    /** More releases than anybody withdraws between two that stay. */
    private static final long COUNTERS_WITHDRAWN_MAX = 1_000;

    private static final String ROOT = TopRole.ROOT.roleName();

    private final ApiClient api;
    private final String productId;
    private final DirectoryTrustStore trust;
    private final Optional<Path> firstRoot;
    private final Terminal terminal;
    private final Clock clock;

    /**
     * A repository.
     *
     * @param trust where this machine keeps what it knows of it
     * @param firstRoot the root to begin with, if this machine knows none
     */
    ProductRepository(
            ApiClient api,
            String productId,
            Path trust,
            Optional<Path> firstRoot,
            Terminal terminal,
            Clock clock) {
        this.api = api;
        this.productId = productId;
        this.trust = new DirectoryTrustStore(trust);
        this.firstRoot = firstRoot;
        this.terminal = terminal;
        this.clock = clock;
    }

    String productId() {
        return productId;
    }

    Instant now() {
        return clock.instant();
    }

    /** What the server says of it. */
    ApiAnswer state() {
        return api.send(ApiRequest.get(COLLECTION, productId, REPOSITORY));
    }

    /** Whether the server says that targets were handed in; a lie only keeps things as they are. */
    boolean hasTargets() {
        return isThere(state(), "targets");
    }

    /** Whether there is a current file of a role. */
    static boolean isThere(ApiAnswer state, String role) {
        return state.json().path(role).isObject();
    }

    /**
     * Has the server make its next own key, for snapshot, timestamp and the director, or show the
     * one that it has made and that nothing names yet.
     *
     * @param replace whether that one is destroyed, and another made
     */
    MetadataKey preparedKey(boolean replace) {
        JsonNode key =
                api.send(
                                ApiRequest.post(COLLECTION, productId, REPOSITORY, "online-keys")
                                        .with("unused", replace ? "replace" : "keep"))
                        .json();
        try {
            MetadataKey prepared = PublicKeyFile.parse(key.path("publicKey").asString(""));
            terminal.say(
                    "The server's next online key is %s, made at %s."
                            .formatted(prepared.id().hex(), key.path("createdAt").asString("")));
            return prepared;
        } catch (IllegalArgumentException noKey) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the server says no online key that can be read; is it a newer Breakwater?",
                    noKey);
        }
    }

    /** A file of metadata as the server serves it. */
    Optional<byte[]> file(String name) {
        return api.find(ApiRequest.get(COLLECTION, productId, REPOSITORY, "files", name))
                .map(answer -> answer.text().getBytes(StandardCharsets.UTF_8));
    }

    /** A file that has to be there. */
    byte[] requireFile(String name) {
        return file(name).orElseThrow(() -> refused("%s is not there any more".formatted(name)));
    }

    /** A file of metadata as it was checked by {@link #refreshed}, to the byte. */
    byte[] kept(String role) {
        try {
            return trust.read(role).orElseThrow();
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    /**
     * Hands in files in their order, roots first, and the last root together with the first targets
     * that go with it, so that devices see neither without the other.
     *
     * @param taken told of each step with how the repository is then
     */
    void put(List<Signed> files, BiConsumer<List<Signed>, ApiAnswer> taken) {
        List<Signed> rest = new ArrayList<>(files);
        while (!rest.isEmpty()) {
            boolean together =
                    rest.size() > 1
                            && rest.get(0).type() == TopRole.ROOT
                            && rest.get(1).type() == TopRole.TARGETS;
            List<Signed> step = List.copyOf(rest.subList(0, together ? 2 : 1));
            taken.accept(step, together ? put(step.get(0), step.get(1)) : put(step.getFirst()));
            rest.removeAll(step);
        }
    }

    /** Hands in a root and the targets that go with it, in one step. */
    private ApiAnswer put(Signed root, Signed targets) {
        byte[] first = root.bytes();
        byte[] second = targets.bytes();
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return api.send(
                ApiRequest.putFile(
                                both,
                                COLLECTION,
                                productId,
                                REPOSITORY,
                                "roots",
                                Long.toString(root.content().version()),
                                "with-targets",
                                Integer.toString(first.length))
                        .onlyIf("*"));
    }

    /** Hands in a root or a file of targets, and returns how the repository is then. */
    private ApiAnswer put(Signed file) {
        return switch (file.content()) {
            case Root root ->
                    api.send(
                            ApiRequest.putFile(
                                    file.bytes(),
                                    COLLECTION,
                                    productId,
                                    REPOSITORY,
                                    "roots",
                                    Long.toString(root.version())));
            default ->
                    api.send(
                            ApiRequest.putFile(
                                            file.bytes(),
                                            COLLECTION,
                                            productId,
                                            REPOSITORY,
                                            "targets")
                                    .onlyIf("*"));
        };
    }

    /** The release that is published under a path. */
    ApiAnswer release(String path) {
        for (JsonNode release : releases()) {
            if (release.path("path").asString().equals(path)
                    && release.path("state").asString().equals("published")) {
                return ReleaseCommand.answer(release);
            }
        }
        throw new CommandFailed(
                ExitCode.REFUSED,
                "the product has published no release %s; breakwater release list shows what there is"
                        .formatted(path));
    }

    /**
     * The highest counter of any release, also of those that were withdrawn.
     *
     * @param signed the highest of those that were not, which was checked
     */
    long highestCounter(long signed) {
        long highest = signed;
        for (JsonNode release : releases()) {
            highest = Math.max(highest, release.path("counter").asLong());
        }
        if (highest > signed + COUNTERS_WITHDRAWN_MAX) {
            // Whoever steals the server must not use up the counters there are: fast-forward.
            throw new CommandFailed(
                    ExitCode.CHECK_FAILED,
                    "the server says that a withdrawn release had the counter %d, and the highest that is signed is %d; if that is right, give --counter"
                            .formatted(highest, signed));
        }
        return highest;
    }

    /** The ids of the product's artifacts by their SHA-256, as the server says. */
    Map<String, String> artifacts() {
        Map<String, String> ids = new HashMap<>();
        for (JsonNode artifact : all("artifacts")) {
            ids.put(artifact.path("sha256").asString(""), artifact.path("id").asString(""));
        }
        return ids;
    }

    private List<JsonNode> releases() {
        return all("releases");
    }

    private List<JsonNode> all(String what) {
        List<JsonNode> items = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode json =
                    api.send(ApiRequest.get(COLLECTION, productId, what).with("cursor", cursor))
                            .json();
            json.path("items").forEach(items::add);
            cursor = json.path("nextCursor").asStringOpt();
            if (cursor.isEmpty()) {
                break;
            }
        }
        return items;
    }

    /** From now on this machine believes what this root leads to. */
    void trust(byte[] root) {
        try {
            trust.write(ROOT, root);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "what this machine knows of the repository cannot be kept: " + unwritable,
                    unwritable);
        }
    }

    /** The newest root, whether it has expired or not: each is signed by the one before it. */
    Root root() {
        try {
            Root root = trustedRoot();
            while (true) {
                Optional<byte[]> next = file((root.version() + 1) + ".root.json");
                if (next.isEmpty()) {
                    return root;
                }
                SignedFile<Root> read = MetadataReader.root(next.get());
                Root newer = read.verifiedBy(root.keysOf(TopRole.ROOT));
                var _ = read.verifiedBy(newer.keysOf(TopRole.ROOT));
                if (newer.version() != root.version() + 1) {
                    throw refused("root %d says that it is another".formatted(newer.version()));
                }
                root = newer;
            }
        } catch (MalformedMetadata | WrongSignatures wrong) {
            throw refused(String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private Root trustedRoot() throws IOException, MalformedMetadata, WrongSignatures {
        begin();
        byte[] file = trust.read(ROOT).orElseThrow(this::unknown);
        SignedFile<Root> read = MetadataReader.root(file);
        return read.verifiedBy(read.unverified().keysOf(TopRole.ROOT));
    }

    /** Everything in it, checked. What has expired is taken, because it is signed anew then. */
    TrustedRepository refreshed() {
        try {
            begin();
            if (trust.read(ROOT).isEmpty()) {
                throw unknown();
            }
            try {
                return client(clock).refresh();
            } catch (UpdateRefused refused) {
                if (refused.fault() != UpdateFault.EXPIRED) {
                    throw refused;
                }
                terminal.say("Beware: " + refused.getMessage() + "; devices refuse it.");
                return client(() -> Instant.EPOCH).refresh();
            }
        } catch (UpdateRefused refused) {
            throw refused("%s (%s)".formatted(refused.getMessage(), refused.fault()), refused);
        } catch (IOException unreadable) {
            throw unreadable(unreadable);
        }
    }

    private RepositoryClient client(InstantSource time) {
        return new RepositoryClient(
                trust, name -> file(name).map(ByteArrayInputStream::new), time, System::nanoTime);
    }

    private void begin() throws IOException {
        if (firstRoot.isPresent() && trust.read(ROOT).isEmpty()) {
            trust.write(ROOT, Files.readAllBytes(firstRoot.get()));
        }
    }

    private CommandFailed unknown() {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "this machine knows no root of the product's repository; give --root FILE, the"
                        + " root.json that breakwater release keys init wrote, from a colleague and not"
                        + " from the server; without a repository, begin with keys init");
    }

    private static CommandFailed refused(String why) {
        return new CommandFailed(ExitCode.CHECK_FAILED, sentence(why));
    }

    private static CommandFailed refused(String why, Exception cause) {
        return new CommandFailed(ExitCode.CHECK_FAILED, sentence(why), cause);
    }

    private static String sentence(String why) {
        return "what the server serves is not what the keys of the product signed: "
                + why
                + "; nothing was signed";
    }

    private static CommandFailed unreadable(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "what this machine knows of the repository cannot be read or kept: " + cause,
                cause);
    }
}
