/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseCheck;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.protocol.update.release.VerifiedRelease;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.RepositoryView.KeyState;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A product that has published, a device that knows it, and the server's key, which is rotated. */
abstract class OnlineKeyStory {

    static final String PATH = "1.1/tank.zip";
    static final String ARTIFACT = "firmware 1.1";
    static final DeviceId DEVICE = DeviceId.fresh();

    @TempDir Path directory;
    final SealingKey sealingKey = SealingKey.random();
    final Map<String, byte[]> swapped = new HashMap<>();
    DatabaseLocation location;
    StoredReleases there;
    RepositoryClient device;

    abstract DatabaseLocation location(Path directory);

    @BeforeEach
    void begin() throws Exception {
        location = location(directory);
        there = StoredReleases.fresh(directory, location, sealingKey);
        there.root(1);
        there.upload(ARTIFACT);
        there.publish(1, named());
        device = device("a");
        var _ = device.refresh();
    }

    @AfterEach
    void end() {
        assertThat(there.audit.verify()).isInstanceOf(AuditChain.Verdict.Intact.class);
        there.close();
    }

    Map<String, TargetFile> named() {
        return Map.of(PATH, there.target("1.1", 2, ARTIFACT));
    }

    /** A device that was given the first root in the factory. */
    RepositoryClient device(String name) throws Exception {
        DirectoryTrustStore store =
                new DirectoryTrustStore(Files.createDirectories(directory.resolve(name)));
        store.write("root", there.file("1.root.json"));
        return new RepositoryClient(
                store,
                file ->
                        Optional.ofNullable(swapped.get(file))
                                .or(
                                        () ->
                                                there.releases
                                                        .metadata()
                                                        .file(
                                                                there.organization,
                                                                there.product,
                                                                file))
                                .map(ByteArrayInputStream::new),
                there.clock,
                System::nanoTime);
    }

    byte[] statement() {
        return there.releases
                .director()
                .statement(there.only(), List.of(DEVICE), there.in(Duration.ofDays(3)))
                .orElseThrow();
    }

    VerifiedRelease verified(TrustedRepository repository, byte[] statement) throws Exception {
        return new ReleaseCheck(
                        new InstalledDevice(
                                DEVICE,
                                Set.of(),
                                there.product.toString(),
                                ReleaseSigners.HARDWARE,
                                new ReleaseVersion("1.0"),
                                1,
                                0))
                .verify(repository, statement);
    }

    static void isRefused(ThrowingCallable what) {
        assertThat(catchThrowableOfType(UpdateRefused.class, what).fault())
                .isEqualTo(UpdateFault.WRONG_SIGNATURES);
    }

    static void isRefused(Fault fault, ThrowingCallable what) {
        assertThat(catchThrowableOfType(ReleaseRefused.class, what).fault()).isEqualTo(fault);
    }

    ReleaseStore.Repository stored() {
        return there.store.repository(there.organization, there.product).orElseThrow();
    }

    List<KeyState> states() {
        return there
                .releases
                .repositories()
                .of(there.organization, there.product)
                .orElseThrow()
                .onlineKeys()
                .stream()
                .map(RepositoryView.Key::state)
                .toList();
    }

    HandedIn both(ReleaseSigners signers, long version) {
        return HandedIn.together(
                version,
                signers.signed(signers.root(version, there.inAYear())),
                signers.signed(signers.targets(version, there.inAYear(), named())));
    }

    ReleaseSigners prepared() {
        return there.signers.withOnline(there.prepared());
    }
}
