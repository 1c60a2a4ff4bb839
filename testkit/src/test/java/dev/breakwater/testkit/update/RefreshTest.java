/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The families "basic" and "expiration" of the conformance suite. */
class RefreshTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void startClient() {
        client = new Client(directory.resolve("trust"), repository, clock);
    }

    @Test
    void asksForWhatIsNeededInTheOrderOfTheWorkflow() throws Exception {
        client.refresh();
        assertThat(repository.metadata().takeRequests())
                .containsExactly(
                        "2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
        assertThat(client.keptFiles())
                .containsExactly("root.json", "snapshot.json", "targets.json", "timestamp.json");
        assertThat(client.kept("targets"))
                .isEqualTo(repository.metadata().content("1.targets.json"));
        client.refresh();
        assertThat(repository.metadata().takeRequests())
                .containsExactly("2.root.json", "timestamp.json");
    }

    /** Keys change in the moment in which the client has read root and not yet the rest. */
    @Test
    void followsARotationThatComesBetweenRootAndTheRest() throws Exception {
        client.refresh();
        AtomicBoolean rotated = new AtomicBoolean();
        RepositoryClient early =
                new RepositoryClient(
                        client.store(),
                        name -> {
                            if (name.equals("timestamp.json")
                                    && rotated.compareAndSet(false, true)) {
                                for (TopRole role : TopRole.values()) {
                                    repository.rotate(role);
                                }
                                repository.publishRoot();
                                repository.publishAll();
                            }
                            return repository.metadata().open(name);
                        },
                        clock,
                        System::nanoTime);
        TrustedRepository after = early.refresh();
        assertThat(after.root().version()).isEqualTo(2);
        assertThat(after.targets().version()).isEqualTo(2);
    }

    /** A root that does not come is asked for once more, and not again and again. */
    @Test
    void asksOnceMoreForARootThatExplainsForeignSignatures() throws Exception {
        client.refresh();
        var _ = repository.metadata().takeRequests();
        repository.signers("timestamp").set(0, TestSigners.fresh());
        repository.publishTimestamp();
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
        assertThat(repository.metadata().takeRequests())
                .containsExactly("2.root.json", "timestamp.json", "2.root.json");
    }

    @Test
    void usesPlainNamesWithoutConsistentSnapshots() throws Exception {
        SimulatedRepository plain = new SimulatedRepository(clock, false);
        Client other = new Client(directory.resolve("other"), plain, clock);
        plain.addTarget("targets", "a/b", new byte[] {1});
        plain.publishAll();
        assertThat(other.download("a/b")).containsExactly(1);
        assertThat(plain.metadata().takeRequests())
                .containsExactly("2.root.json", "timestamp.json", "snapshot.json", "targets.json");
        assertThat(plain.targets().takeRequests()).containsExactly("a/b");
    }

    @Test
    void asksNobodyIfItsRootIsDamagedOrUnsigned() throws Exception {
        String root = new String(repository.firstRoot(), UTF_8);
        for (String damaged :
                new String[] {
                    root.replace("\"version\"", "\"versio\""),
                    root.replaceFirst("\"sig\" : \"..", "\"sig\" : \"00"),
                    ""
                }) {
            client.store().write("root", damaged.getBytes(UTF_8));
            client.refreshIsRefused(UpdateFault.TRUST_LOST);
        }
        client.store().remove("root");
        client.refreshIsRefused(UpdateFault.TRUST_LOST);
        assertThat(repository.metadata().takeRequests()).isEmpty();
    }

    @Test
    void keepsTheTimestampItHasIfAnotherOneHasTheSameVersion() throws Exception {
        client.refresh();
        byte[] before = client.kept("timestamp");
        repository.setVersion("timestamp", 0);
        repository.publishTimestamp(new FileEdition(100, OptionalLong.empty(), Optional.empty()));
        client.refresh();
        assertThat(client.kept("timestamp")).isEqualTo(before);
    }

    @Test
    void refusesTargetsThatAreNotTheOnesOfTheSnapshot() throws Exception {
        client.refresh();
        repository.publishAll();
        byte[] third = repository.metadata().content("2.targets.json");
        repository.publishTargets("targets");
        repository
                .metadata()
                .put("2.targets.json", repository.metadata().content("3.targets.json"));
        client.refreshIsRefused(UpdateFault.MISMATCHED);
        assertThat(client.version("snapshot")).isEqualTo(2);
        assertThat(client.version("targets")).isEqualTo(1);
        repository.metadata().put("2.targets.json", third);
        client.refresh();
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void refusesTargetsOfAnotherVersionWithoutHashesToo() throws Exception {
        repository.useHashes(false);
        repository.publishAll();
        client.refresh();
        repository.publishAll();
        repository.publishTargets("targets");
        repository
                .metadata()
                .put("3.targets.json", repository.metadata().content("4.targets.json"));
        client.refreshIsRefused(UpdateFault.MISMATCHED);
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void refusesASnapshotThatDoesNotListTargets() throws Exception {
        client.refresh();
        repository.editions().clear();
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
        Client other = new Client(directory.resolve("other"), repository, clock);
        other.refreshIsRefused(UpdateFault.MISSING);
    }

    @Test
    void keepsTheTimestampThatWasGoodThoughTheSnapshotIsNot() throws Exception {
        repository.publishOnline();
        repository
                .metadata()
                .put("2.snapshot.json", repository.metadata().content("1.snapshot.json"));
        client.refreshIsRefused(UpdateFault.MISMATCHED);
        assertThat(client.keptFiles()).containsExactly("root.json", "timestamp.json");
        assertThat(client.version("timestamp")).isEqualTo(2);
    }

    @Test
    void takesMembersThatNobodyKnows() throws Exception {
        client.refresh();
        repository.publishRoot();
        String second = new String(repository.metadata().content("2.root.json"), UTF_8);
        byte[] extended =
                second.replace("\"_type\"", "\"custom-field\" : \"value\", \"_type\"")
                        .replace("\"scheme\"", "\"extra-field\" : {\"a\" : 1}, \"scheme\"")
                        .replace("\"threshold\"", "\"another-field\" : [], \"threshold\"")
                        .getBytes(UTF_8);
        repository
                .metadata()
                .put(
                        "2.root.json",
                        MetadataWriter.addSignature(
                                MetadataReader.root(extended),
                                repository.signers("root").getFirst()));
        client.refresh();
        assertThat(client.version("root")).isEqualTo(2);
        repository.metadata().put("3.root.json", extended);
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
    }

    @Test
    void keepsARootThatHasExpiredAndStopsThere() throws Exception {
        client.refresh();
        repository.publishRoot();
        repository.setExpiry("root", clock.instant().minus(Duration.ofDays(1)));
        repository.publishRoot();
        repository.publishAll();
        client.refreshIsRefused(UpdateFault.EXPIRED);
        assertThat(client.version("root")).isEqualTo(3);
        assertThat(client.version("timestamp")).isEqualTo(1);
        repository.setExpiry("root", clock.instant().plus(Duration.ofDays(1)));
        repository.publishRoot();
        client.refresh();
        assertThat(client.version("root")).isEqualTo(4);
    }

    @Test
    void keepsNoTimestampSnapshotOrTargetsThatHaveExpired() throws Exception {
        client.refresh();
        for (String role : new String[] {"targets", "snapshot", "timestamp"}) {
            long before = client.version(role);
            repository.setExpiry(role, clock.instant());
            repository.publishAll();
            client.refreshIsRefused(UpdateFault.EXPIRED);
            assertThat(client.version(role)).isEqualTo(before);
            repository.setExpiry(role, clock.instant().plusSeconds(1));
            repository.publishAll();
            client.refresh();
            assertThat(client.version(role)).isGreaterThan(before);
            repository.setExpiry(role, clock.instant().plus(SimulatedRepository.LIFE));
            repository.publishAll();
            client.refresh();
        }
    }

    @Test
    void goesOnFromWhatHasExpiredMeanwhile() throws Exception {
        repository.setExpiry("timestamp", clock.instant().plus(Duration.ofDays(7)));
        repository.publishTimestamp();
        client.refresh();
        repository.setExpiry("timestamp", clock.instant().plus(Duration.ofDays(21)));
        repository.publishAll();
        clock.advance(Duration.ofDays(18));
        client.refresh();
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void refusesWhatItKeepsWhenItHasExpiredAndNothingIsNew() throws Exception {
        client.refresh();
        clock.advance(SimulatedRepository.LIFE);
        client.refreshIsRefused(UpdateFault.EXPIRED);
        repository.setExpiry("root", clock.instant().plus(Duration.ofDays(9)));
        repository.publishRoot();
        client.refreshIsRefused(UpdateFault.EXPIRED);
        repository.publishAll();
        client.refresh();
    }

    @Test
    void judgesAnUpdateByTheTimeAtItsBeginning() throws Exception {
        repository.setExpiry("targets", clock.instant().plusSeconds(5));
        repository.publishAll();
        client.refresh(
                path -> {
                    clock.advance(Duration.ofSeconds(2));
                    return repository.metadata().open(path);
                });
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void goesOnFromTheRootsItHasTakenIfThereAreVeryMany() throws Exception {
        for (int i = 0; i < 300; i++) {
            repository.publishRoot();
        }
        client.refresh();
        assertThat(client.version("root")).isEqualTo(257);
        client.refresh();
        assertThat(client.version("root")).isEqualTo(301);
        assertThat(repository.keys(TopRole.ROOT).keys()).hasSize(1);
    }
}
