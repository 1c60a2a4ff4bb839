/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.trust.BoundedDownload;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.RemoteFiles;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.testkit.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A client of a simulated repository, whose trust is in a directory. */
final class Client {

    final TestClock clock;
    final SimulatedRepository repository;
    private final Path directory;
    private final DirectoryTrustStore store;

    Client(Path directory, SimulatedRepository repository, TestClock clock) {
        this.directory = directory;
        this.repository = repository;
        this.clock = clock;
        this.store = new DirectoryTrustStore(directory);
        try {
            store.write("root", repository.firstRoot());
        } catch (IOException noDirectory) {
            throw new IllegalStateException(noDirectory);
        }
    }

    DirectoryTrustStore store() {
        return store;
    }

    TrustedRepository refresh() throws UpdateRefused, IOException {
        return refresh(repository.metadata()::open);
    }

    TrustedRepository refresh(RemoteFiles remote) throws UpdateRefused, IOException {
        return new RepositoryClient(store, remote, clock, this::nanoTime).refresh();
    }

    long nanoTime() {
        return Duration.between(java.time.Instant.EPOCH, clock.instant()).toNanos();
    }

    void refreshIsRefused(UpdateFault fault) {
        isRefused(fault, this::refresh);
    }

    static void isRefused(
            UpdateFault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .isInstanceOfSatisfying(
                        UpdateRefused.class,
                        refused ->
                                org.assertj.core.api.Assertions.assertThat(refused.fault())
                                        .as(refused.getMessage())
                                        .isEqualTo(fault));
    }

    byte[] download(String path) throws UpdateRefused, IOException {
        return download(path, repository.targets()::open);
    }

    byte[] download(String path, RemoteFiles targets) throws UpdateRefused, IOException {
        FoundTarget target =
                refresh()
                        .find(path)
                        .orElseThrow(() -> new UpdateRefused(UpdateFault.NO_SUCH_TARGET, "no"));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        new BoundedDownload(this::nanoTime)
                .target(
                        target.file(),
                        targets.open(target.remotePath())
                                .orElseThrow(() -> new UpdateRefused(UpdateFault.MISSING, "no")),
                        content);
        return content.toByteArray();
    }

    byte[] kept(String role) throws IOException {
        return store.read(role).orElseThrow();
    }

    long version(String role) throws IOException, MalformedMetadata {
        byte[] file = kept(role);
        Metadata metadata =
                switch (role) {
                    case "root" -> MetadataReader.root(file).unverified();
                    case "timestamp" -> MetadataReader.timestamp(file).unverified();
                    case "snapshot" -> MetadataReader.snapshot(file).unverified();
                    default -> MetadataReader.targets(file).unverified();
                };
        return metadata.version();
    }

    List<String> keptFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
