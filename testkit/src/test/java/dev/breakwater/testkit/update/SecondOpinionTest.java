/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.testkit.TestClock;
import dev.sigstore.tuf.Fetcher;
import dev.sigstore.tuf.FileSystemTufStore;
import dev.sigstore.tuf.InvalidHashesException;
import dev.sigstore.tuf.MetaFetcher;
import dev.sigstore.tuf.RoleExpiredException;
import dev.sigstore.tuf.RollbackVersionException;
import dev.sigstore.tuf.SignatureVerificationException;
import dev.sigstore.tuf.SnapshotTargetVersionException;
import dev.sigstore.tuf.SnapshotVersionMismatchException;
import dev.sigstore.tuf.TrustedMetaStore;
import dev.sigstore.tuf.Updater;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The client of sigstore-java, which was written by others, takes what we write and refuses what
 * was tampered with; and we read what others wrote.
 */
class SecondOpinionTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Updater updater = Updater.builder().build();
    private Path targets = Path.of("");

    /** Hands out what is served; null is its word for "there is none". */
    private record Served(ServedFiles files) implements Fetcher {

        @Override
        public String getSource() {
            return "memory";
        }

        @Override
        public byte @Nullable [] fetchResource(String name, int bytesMax) throws IOException {
            Optional<InputStream> file = files.open(name);
            return file.isPresent() ? file.get().readAllBytes() : null;
        }
    }

    @BeforeEach
    void startUpdater() throws IOException {
        // One role each with a threshold and with ECDSA, as a product would have them.
        repository.setSigners(
                TopRole.TARGETS, 2, List.of(TestSigners.freshP256(), TestSigners.fresh()));
        repository.setSigners(TopRole.TIMESTAMP, 1, List.of(TestSigners.freshP256()));
        repository.publishRoot();
        Releases.publish(repository);
        // That client wants to find its own member beside ours, or reads no target.
        ObjectNode custom = Releases.release(11).toCustom();
        custom.putObject("sigstore").put("status", "Active").put("usage", "Unknown");
        repository.addTarget("targets", Releases.PATH, Releases.IMAGE, custom);
        repository.publishAll();
        targets = directory.resolve("targets");
        Files.createDirectories(targets);
        Path metadata = directory.resolve("metadata");
        Files.createDirectories(metadata);
        FileSystemTufStore store = FileSystemTufStore.newFileSystemStore(metadata, targets);
        updater =
                Updater.builder()
                        .setClock(clock)
                        .setTrustedMetaStore(TrustedMetaStore.newTrustedMetaStore(store))
                        .setTargetStore(store)
                        .setTrustedRootPath(() -> new String(repository.firstRoot(), UTF_8))
                        .setMetaFetcher(MetaFetcher.newFetcher(new Served(repository.metadata())))
                        .setTargetFetcher(new Served(repository.targets()))
                        .build();
    }

    @Test
    void acceptsWhatWeWriteThroughRotations() throws Exception {
        updater.updateMeta();
        updater.downloadTarget(Releases.PATH);
        try (var kept = Files.walk(targets)) {
            assertThat(kept.filter(Files::isRegularFile))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasBinaryContent(Releases.IMAGE));
        }
        for (TopRole role : TopRole.values()) {
            repository.rotate(role);
            repository.publishRoot();
            repository.delegate("targets", "A", true, new PathScope.HashPrefixes(List.of("0")));
            repository.publishAll();
            updater.updateMeta();
        }
        assertThat(repository.metadata().takeRequests()).contains("6.root.json", "7.targets.json");
    }

    @Test
    void refusesAlteredTargets() throws Exception {
        updater.updateMeta();
        repository.publishAll();
        repository
                .metadata()
                .put("4.targets.json", repository.metadata().content("3.targets.json"));
        assertThatThrownBy(updater::updateMeta).isInstanceOf(InvalidHashesException.class);
    }

    @Test
    void refusesAnAlteredRelease() throws Exception {
        updater.updateMeta();
        String path =
                repository.remotePath(
                        Releases.PATH,
                        Objects.requireNonNull(repository.filesOf("targets").get(Releases.PATH)));
        repository.targets().put(path, new byte[] {6, 6, 6});
        assertThatThrownBy(() -> updater.downloadTarget(Releases.PATH))
                .isInstanceOf(InvalidHashesException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void refusesTooFewSignatures(String role) {
        PrivateKeySigner last = repository.signers(role).removeLast();
        assertThat(last.key().scheme()).isPresent();
        repository.publishAll();
        assertThatThrownBy(updater::updateMeta).isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void refusesARootWhoseThresholdIsNotReached() throws Exception {
        updater.updateMeta();
        RoleKeys keys = repository.keys(TopRole.ROOT);
        repository.setKeys(TopRole.ROOT, new RoleKeys(keys.keys(), 2));
        repository.publishRoot();
        assertThatThrownBy(updater::updateMeta).isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void refusesATimestampThatHasExpired() throws Exception {
        updater.updateMeta();
        repository.setExpiry("timestamp", clock.instant().minusSeconds(1));
        repository.publishAll();
        assertThatThrownBy(updater::updateMeta).isInstanceOf(RoleExpiredException.class);
    }

    @Test
    void refusesWhatWasRolledBack() throws Exception {
        byte[] older = repository.metadata().content("timestamp.json");
        repository.publishAll();
        updater.updateMeta();
        repository.metadata().put("timestamp.json", older);
        assertThatThrownBy(updater::updateMeta).isInstanceOf(RollbackVersionException.class);
        repository.setVersion("targets", 0);
        repository.publishAll();
        assertThatThrownBy(updater::updateMeta).isInstanceOf(SnapshotTargetVersionException.class);
        repository.useHashes(false);
        repository.publishAll();
        long version = repository.version("snapshot");
        repository
                .metadata()
                .put(version + ".snapshot.json", repository.metadata().content("1.snapshot.json"));
        assertThatThrownBy(updater::updateMeta)
                .isInstanceOf(SnapshotVersionMismatchException.class);
    }

    /** The roots of Sigstore's own repositories, which come with it, are signed as we check it. */
    @ParameterizedTest
    @ValueSource(strings = {"sigstore-tuf-root", "tuf-root-staging"})
    void wroteWhatWeRead(String name) throws Exception {
        try (InputStream root =
                Objects.requireNonNull(
                        Updater.class.getResourceAsStream(
                                "/dev/sigstore/tuf/" + name + "/root.json"))) {
            SignedFile<Root> read = MetadataReader.root(root.readAllBytes());
            Root verified = read.verifiedBy(read.unverified().keysOf(TopRole.ROOT));
            assertThat(verified.keysOf(TopRole.ROOT).threshold()).isGreaterThan(1);
            assertThat(verified.consistentSnapshot()).isTrue();
        }
    }
}
