/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseCheck;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.protocol.update.release.VerifiedRelease;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.testkit.update.TestSigners;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published is what devices accept, through rotations, withdrawals, time and restarts. */
class ReleaseRepositoryTest {

    private static final String PATH = "1.1/tank.zip";
    private static final String ARTIFACT = "firmware 1.1";

    @TempDir Path directory;
    private final SealingKey sealingKey = SealingKey.random();
    private StoredReleases there;

    @BeforeEach
    void begin() throws Exception {
        there = StoredReleases.fresh(directory, sealingKey);
        there.root(1);
    }

    @AfterEach
    void end() {
        assertThat(there.audit.verify()).isInstanceOf(AuditChain.Verdict.Intact.class);
        there.close();
    }

    private void publishFirst() throws Exception {
        assertThat(there.upload(ARTIFACT)).isInstanceOf(ArtifactVetting.Completion.Vetted.class);
        there.publish(1, Map.of(PATH, there.target("1.1", 2, ARTIFACT)));
    }

    /** A device that was given the first root in the factory. */
    private RepositoryClient device(String name) throws Exception {
        Path trust = Files.createDirectories(directory.resolve(name));
        DirectoryTrustStore store = new DirectoryTrustStore(trust);
        store.write("root", there.file("1.root.json"));
        return new RepositoryClient(
                store,
                file ->
                        there.releases
                                .metadata()
                                .file(there.organization, there.product, file)
                                .map(ByteArrayInputStream::new),
                there.clock,
                System::nanoTime);
    }

    private InstalledDevice installed(DeviceId id) {
        return new InstalledDevice(
                id,
                Set.of(),
                there.product.toString(),
                ReleaseSigners.HARDWARE,
                new ReleaseVersion("1.0"),
                1,
                0);
    }

    @Test
    void publishesWhatADeviceInstallsWithADirectorsStatement() throws Exception {
        publishFirst();
        DeviceId named = DeviceId.fresh();
        byte[] statement =
                there.releases
                        .director()
                        .statement(there.only(), List.of(named), there.in(Duration.ofDays(30)))
                        .orElseThrow();
        TrustedRepository repository = device("a").refresh();
        VerifiedRelease release = new ReleaseCheck(installed(named)).verify(repository, statement);
        assertThat(release.description().version().text()).isEqualTo("1.1");
        assertThat(repository.snapshot().version()).isEqualTo(1);
        assertThatThrownBy(
                        () ->
                                new ReleaseCheck(installed(DeviceId.fresh()))
                                        .verify(repository, statement))
                .isInstanceOf(UpdateRefused.class);
    }

    @Test
    void countsEveryStatement() throws Exception {
        publishFirst();
        for (long version = 1; version <= 3; version++) {
            assertThat(statementVersion()).isEqualTo(version);
        }
    }

    private long statementVersion() throws Exception {
        byte[] statement =
                there.releases
                        .director()
                        .statement(
                                there.only(),
                                List.of(DeviceId.fresh()),
                                there.in(Duration.ofDays(1)))
                        .orElseThrow();
        return MetadataReader.targets(statement).unverified().version();
    }

    @Test
    void withdrawsWhatIsNotNamedAnyMoreAndNeverTakesItBack() throws Exception {
        publishFirst();
        Release first = there.only();
        there.publish(2, Map.of());
        assertThat(there.only().state()).isEqualTo(ReleaseState.WITHDRAWN);
        assertThat(
                        there.releases
                                .releases()
                                .published(there.organization, there.product, first.hash()))
                .isEmpty();
        assertThat(
                        there.releases
                                .director()
                                .statement(
                                        first,
                                        List.of(DeviceId.fresh()),
                                        there.in(Duration.ofDays(1))))
                .isEmpty();
        ReleaseRefused refused =
                catchThrowableOfType(
                        ReleaseRefused.class,
                        () -> there.publish(3, Map.of(PATH, there.target("1.1", 2, ARTIFACT))));
        assertThat(refused.fault()).isEqualTo(Fault.WRONG_COUNTER);
        there.publish(3, Map.of("1.2/tank.zip", there.target("1.2", 3, ARTIFACT)));
        assertThat(
                        there.releases
                                .releases()
                                .published(there.organization, there.product, first.hash())
                                .orElseThrow()
                                .version()
                                .text())
                .isEqualTo("1.2");
        device("b").refresh();
    }

    @Test
    void rotatesReleaseKeysByTheNextRoot() throws Exception {
        publishFirst();
        RepositoryClient device = device("c");
        device.refresh();
        var fresh = List.of(TestSigners.fresh());
        var root =
                there.signers
                        .root(2, there.inAYear())
                        .rotated(TopRole.TARGETS, ReleaseSigners.keys(1, fresh), there.inAYear());
        there.root(3 - 1, there.signers.signed(there.signers.root(2, there.inAYear())));
        there.root(3, there.signers.signed(root));
        Map<String, TargetFile> same = Map.of(PATH, there.target("1.1", 2, ARTIFACT));
        Targets targets = there.signers.targets(2, there.inAYear(), same);
        assertThat(
                        catchThrowableOfType(
                                        ReleaseRefused.class,
                                        () -> there.targets(there.signers.signed(targets)))
                                .fault())
                .isEqualTo(Fault.WRONG_SIGNATURES);
        there.targets(ReleaseSigners.signed(targets, fresh));
        assertThat(device.refresh().root().version()).isEqualTo(3);
    }

    @Test
    void signsAgainAtHalfALifeAndNotBefore() throws Exception {
        publishFirst();
        RepositoryUpkeep upkeep = there.releases.upkeep();
        assertThat(upkeep.signDue()).isZero();
        there.clock.advance(Duration.ofDays(3).plusHours(11));
        assertThat(upkeep.signDue()).isZero();
        there.clock.advance(Duration.ofHours(2));
        assertThat(upkeep.signDue()).isEqualTo(1);
        assertThat(upkeep.signDue()).isZero();
        assertThat(view().timestamp().orElseThrow().version()).isEqualTo(2);
        assertThat(view().snapshot().orElseThrow().version()).isEqualTo(1);
        // A server that was away for longer than its files are good for goes on at once.
        there.clock.advance(Duration.ofDays(40));
        RepositoryClient device = device("d");
        assertThatThrownBy(device::refresh).isInstanceOf(UpdateRefused.class);
        assertThat(upkeep.signDue()).isEqualTo(1);
        assertThat(view().snapshot().orElseThrow().version()).isEqualTo(2);
        assertThat(device.refresh().snapshot().version()).isEqualTo(2);
        assertThat(upkeep.signDue()).isZero();
    }

    private RepositoryView view() {
        return there.releases.repositories().of(there.organization, there.product).orElseThrow();
    }

    @Test
    void tellsOnceADayWhoseSignersHaveToMeetSoon() throws Exception {
        publishFirst();
        RepositoryUpkeep upkeep = there.releases.upkeep();
        assertThat(upkeep.giveNotice()).isEmpty();
        there.clock.advance(Duration.ofDays(340));
        assertThat(upkeep.giveNotice()).hasSize(1);
        assertThat(upkeep.giveNotice()).isEmpty();
        assertThat(view().advice()).anyMatch(sentence -> sentence.startsWith("root expires at"));
        there.clock.advance(Duration.ofDays(26));
        assertThat(upkeep.giveNotice()).hasSize(1);
        assertThat(view().advice()).anyMatch(sentence -> sentence.startsWith("root has expired"));
    }

    @Test
    void goesOnAfterARestartWithTheSameKeyAndCount() throws Exception {
        publishFirst();
        assertThat(statementVersion()).isEqualTo(1);
        byte[] timestamp = there.file("timestamp.json");
        StoredReleases before = there;
        before.close();
        there = StoredReleases.reopened(directory, sealingKey, before);
        assertThat(there.file("timestamp.json")).isEqualTo(timestamp);
        assertThat(statementVersion()).isEqualTo(2);
        there.publish(2, Map.of(PATH, there.target("1.1", 2, ARTIFACT)));
        assertThat(device("e").refresh().targets().version()).isEqualTo(2);
    }

    @Test
    void changesAllOfItOrNothing() throws Exception {
        publishFirst();
        var before = there.store.repository(there.organization, there.product).orElseThrow();
        there.publish(2, Map.of());
        var change =
                new ReleaseStore.Change(
                        before.versions(),
                        before.keys().roles(),
                        9,
                        List.of(
                                new ReleaseStore.MetadataFile(
                                        "root", 9, there.inAYear(), new byte[] {1})),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
        assertThat(there.store.change(before, change, List.of())).isFalse();
        assertThat(there.store.file(there.organization, there.product, "9.root.json")).isEmpty();
        assertThat(view().targetsVersion()).isEqualTo(2);
    }

    @Test
    void keepsTheOnlineKeySealedAndFromEveryOtherProduct() throws Exception {
        var repository = there.store.repository(there.organization, there.product).orElseThrow();
        // How every unsealed private key of P-256 begins (RFC 5915 section 3).
        String unsealed = new String(new byte[] {2, 1, 1, 4, 32}, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(unsealed);
            }
        }
        var root = there.signers.root(2, there.inAYear());
        assertThatThrownBy(
                        () ->
                                new OnlineKey(sealingKey)
                                        .sign(
                                                there.product(there.organization),
                                                repository.keys().require(1),
                                                root))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be opened");
    }

    @Test
    void showsAnotherOrganizationNothing() throws Exception {
        publishFirst();
        OrganizationId other = there.organization("Other");
        assertThat(there.releases.repositories().of(other, there.product)).isEmpty();
        assertThat(there.releases.metadata().file(other, there.product, "timestamp.json"))
                .isEmpty();
        assertThat(there.releases.releases().find(other, there.only().id())).isEmpty();
        assertThat(there.releases.releases().of(other, there.product, Optional.empty(), 9))
                .isEmpty();
        var outcome =
                there.releases
                        .repositories()
                        .handIn(
                                other,
                                there.product,
                                HandedIn.root(2, new byte[0]),
                                Optional.empty(),
                                StoredReleases.PUBLISHER);
        assertThat(outcome).isInstanceOf(UpdateRepositories.Outcome.NoSuchProduct.class);
    }

    @Test
    void servesNothingButFilesOfMetadata() throws Exception {
        publishFirst();
        for (String name :
                List.of(
                        "root.json",
                        "0.root.json",
                        "01.root.json",
                        "1.director.json",
                        "../1.root.json",
                        "1.root.json/",
                        "TIMESTAMP.JSON",
                        "2.root.json")) {
            assertThat(there.releases.metadata().file(there.organization, there.product, name))
                    .as(name)
                    .isEmpty();
        }
    }

    @Test
    void leavesInTheLogWhoSignedWhat() throws Exception {
        publishFirst();
        there.publish(2, Map.of());
        List<AuditEntry> entries = there.audit.entries(there.organization, Long.MAX_VALUE, 100);
        assertThat(entries)
                .extracting(AuditEntry::action)
                .containsSubsequence(
                        "releases.signed",
                        "releases.signed",
                        "artifact.scanned",
                        "update-root.accepted",
                        "update-key.created");
        assertThat(entries.getFirst().details()).containsEntry("withdrawn", PATH);
    }

    @Test
    void refusesTargetsBeforeTheFirstRoot() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        try (StoredReleases fresh = StoredReleases.fresh(elsewhere, sealingKey)) {
            ReleaseRefused refused =
                    catchThrowableOfType(ReleaseRefused.class, () -> fresh.publish(1, Map.of()));
            assertThat(refused.fault()).isEqualTo(Fault.TOO_EARLY);
        }
    }
}
