/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.client.SecondFactor;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whoever signs releases of the product {@code tank}, against the real API. */
final class ReleaseDesk implements AutoCloseable {

    static final byte[] IMAGE = "an image of a tank".repeat(1000).getBytes(UTF_8);
    private static final String PASSPHRASE = "coral lagoon tide wreck";

    private final Reef reef;
    private final Path files;
    private final Path keys;
    private final Path passphrase;

    ReleaseDesk(Path data, Path computers, Path files) throws Exception {
        this.reef = new Reef(data, computers);
        this.files = files;
        this.keys = files.resolve("keys");
        this.passphrase =
                own(Files.writeString(files.resolve("passphrase.txt"), PASSPHRASE + "\n"));
        reef.maker("product", "create", "tank");
    }

    Reef reef() {
        return reef;
    }

    Path files() {
        return files;
    }

    Path keys() {
        return keys;
    }

    Path passphrase() {
        return passphrase;
    }

    CommandRun init() {
        return Reef.ok(initInto(keys));
    }

    CommandRun initInto(Path directory) {
        return run(initialization(directory));
    }

    String[] initialization(Path directory) {
        return new String[] {
            "release",
            "keys",
            "init",
            "--product",
            "tank",
            "--directory",
            directory.toString(),
            "--root-passphrase-file",
            passphrase.toString(),
            "--release-passphrase-file",
            passphrase.toString()
        };
    }

    CommandRun publish(String name, byte[] content, String version, String... more)
            throws IOException {
        Path file = Files.write(files.resolve(name), content);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "release",
                                "publish",
                                file.toString(),
                                "--product",
                                "tank",
                                "--version",
                                version,
                                "--hardware",
                                "rev-a",
                                "--key",
                                key("release-1"),
                                "--passphrase-file",
                                passphrase.toString()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    CommandRun rotateOnline(String... names) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "release",
                                "keys",
                                "rotate",
                                "online",
                                "--product",
                                "tank",
                                "--passphrase-file",
                                passphrase.toString(),
                                "--directory",
                                files.resolve("signed").toString()));
        for (String name : names) {
            words.addAll(name.startsWith("--") ? List.of(name) : List.of("--key", key(name)));
        }
        return run(words.toArray(String[]::new));
    }

    String key(String name) {
        return keys.resolve(name + ".pem").toString();
    }

    static Root root(Path file) throws Exception {
        return MetadataReader.root(Files.readAllBytes(file)).unverified();
    }

    /** As a device sees it that was shipped with the root of the ceremony. */
    TrustedRepository refreshed() throws Exception {
        String product =
                json("release", "status", "--product", "tank").path("productId").asString();
        DirectoryTrustStore store =
                new DirectoryTrustStore(Files.createTempDirectory(files, "device"));
        store.write("root", Files.readAllBytes(keys.resolve("root.json")));
        ProfileFile profile = new ProfileFile(reef.profile("maker"));
        try (ApiClient api = ApiClient.of(profile, SecondFactor.known(Optional::empty))) {
            return new RepositoryClient(
                            store,
                            name -> file(api, product, name),
                            reef.api.clock(),
                            System::nanoTime)
                    .refresh();
        }
    }

    private static Optional<InputStream> file(ApiClient api, String product, String name) {
        return api.find(ApiRequest.get("products", product, "update-repository", "files", name))
                .map(answer -> new ByteArrayInputStream(answer.text().getBytes(UTF_8)));
    }

    CommandRun run(String... words) {
        // The server's clock stands still otherwise, and a source would use up what it may cost.
        reef.api.clock().advance(Duration.ofSeconds(20));
        return CommandRun.of(reef.computer("maker"), words);
    }

    JsonNode json(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-o", "json"));
        return Reef.json(Reef.ok(run(all.toArray(String[]::new))));
    }

    static void assertRefused(CommandRun run, int exitCode, String why) {
        assertThat(run.exitCode()).as("%s", run).isEqualTo(exitCode);
        assertThat(run.err()).contains(why).doesNotContain(PASSPHRASE);
    }

    static Path own(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Override
    public void close() {
        reef.close();
    }
}
