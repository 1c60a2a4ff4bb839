/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The family "rollback" of the conformance suite, and the holes that others had there. */
class RollbackTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void startClient() {
        client = new Client(directory.resolve("trust"), repository, clock);
    }

    @Test
    void refusesAnOlderTimestamp() throws Exception {
        byte[] older = repository.metadata().content("timestamp.json");
        repository.publishTimestamp();
        client.refresh();
        repository.metadata().put("timestamp.json", older);
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
        assertThat(client.version("timestamp")).isEqualTo(2);
        assertThat(repository.metadata().takeRequests()).endsWith("timestamp.json");
    }

    /** Also CVE-2025-2888 of tough: the timestamp that leads back must not be kept. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesATimestampThatLeadsToAnOlderSnapshot(boolean hashes) throws Exception {
        repository.useHashes(hashes);
        repository.publishOnline();
        client.refresh();
        byte[] kept = client.kept("timestamp");
        repository.setVersion("snapshot", 0);
        repository.publishOnline();
        for (int attempt = 0; attempt < 3; attempt++) {
            client.refreshIsRefused(UpdateFault.ROLLED_BACK);
            assertThat(client.kept("timestamp")).isEqualTo(kept);
            assertThat(client.version("snapshot")).isEqualTo(2);
            assertThat(repository.metadata().takeRequests()).endsWith("timestamp.json");
        }
    }

    @Test
    void doesNotAskForASnapshotThatWasRolledBackUnderItsName() throws Exception {
        repository.publishOnline();
        client.refresh();
        repository.metadata().takeRequests();
        repository
                .metadata()
                .put("2.snapshot.json", repository.metadata().content("1.snapshot.json"));
        client.refresh();
        assertThat(client.version("snapshot")).isEqualTo(2);
        assertThat(repository.metadata().takeRequests()).endsWith("timestamp.json");
    }

    /** CVE-2022-29173 of go-tuf: of all roles but root. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesOlderTargets(boolean hashes) throws Exception {
        repository.useHashes(hashes);
        repository.publishAll();
        client.refresh();
        repository.setVersion("targets", 0);
        repository.publishAll();
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
        assertThat(client.version("snapshot")).isEqualTo(2);
        assertThat(client.version("targets")).isEqualTo(2);
    }

    /** CVE-2025-2887 of tough: of roles that are delegated to. */
    @Test
    void refusesOlderDelegatedTargetsAlsoIfNobodyHasAskedForThem() throws Exception {
        repository.delegate("targets", "A", false, new PathScope.Patterns(List.of("*")));
        repository.addTarget("A", "a", new byte[] {1});
        repository.publishAll();
        repository.addTarget("A", "a", new byte[] {2});
        repository.publishAll();
        client.refresh();
        repository.setVersion("A", 0);
        repository.publishAll();
        Client.isRefused(UpdateFault.ROLLED_BACK, () -> client.download("a"));
    }

    @Test
    void refusesOlderDelegatedTargetsUnderTheNameOfTheNewOnes() throws Exception {
        repository.useHashes(false);
        repository.delegate("targets", "A", false, new PathScope.Patterns(List.of("*")));
        repository.addTarget("A", "a", new byte[] {1});
        repository.publishAll();
        assertThat(client.download("a")).containsExactly(1);
        repository.addTarget("A", "a", new byte[] {2});
        repository.publishAll();
        repository.metadata().put("2.A.json", repository.metadata().content("1.A.json"));
        Client.isRefused(UpdateFault.MISMATCHED, () -> client.download("a"));
    }

    @Test
    void refusesASnapshotInWhichARoleIsGone() throws Exception {
        repository.delegate("targets", "A", false, new PathScope.Patterns(List.of("*")));
        repository.publishAll();
        client.refresh();
        repository.editions().remove("A");
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
    }

    @Test
    void refusesEverythingOfAnEarlierDay() throws Exception {
        Map<String, byte[]> earlier = repository.metadata().all();
        repository.publishAll();
        client.refresh();
        repository.metadata().replaceAll(earlier);
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
    }

    @Test
    void refusesRootsThatAreOlderOrLeaveOneOut() throws Exception {
        repository.publishRoot();
        client.refresh();
        repository.metadata().put("3.root.json", repository.firstRoot());
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
        assertThat(client.version("root")).isEqualTo(2);
        repository.setVersion("root", 3);
        repository.publishRoot();
        repository.metadata().put("3.root.json", repository.metadata().content("4.root.json"));
        client.refreshIsRefused(UpdateFault.MISMATCHED);
        assertThat(client.version("root")).isEqualTo(2);
    }

    @Test
    void isNotHeldUpByTheRootItHasAlready() throws Exception {
        repository.metadata().put("2.root.json", repository.firstRoot());
        client.refresh();
        assertThat(client.version("root")).isEqualTo(1);
    }

    @Test
    void recoversFromTimestampsThatWereDrivenUp() throws Exception {
        repository.setVersion("timestamp", 99_999);
        repository.publishTimestamp();
        client.refresh();
        repository.rotate(TopRole.TIMESTAMP);
        repository.publishRoot();
        repository.setVersion("timestamp", 0);
        repository.publishTimestamp();
        client.refresh();
        assertThat(client.version("timestamp")).isEqualTo(1);
    }

    @Test
    void recoversFromSnapshotsThatWereDrivenUp() throws Exception {
        repository.setVersion("snapshot", 99_999);
        repository.publishOnline();
        client.refresh();
        repository.rotate(TopRole.SNAPSHOT);
        repository.publishRoot();
        repository.setVersion("snapshot", 0);
        repository.publishOnline();
        client.refresh();
        assertThat(client.version("snapshot")).isEqualTo(1);
    }

    @Test
    void recoversFromTargetsThatWereDrivenUp() throws Exception {
        repository.setVersion("targets", 99_999);
        repository.publishAll();
        client.refresh();
        repository.rotate(TopRole.SNAPSHOT);
        repository.publishRoot();
        repository.setVersion("targets", 1);
        repository.publishAll();
        client.refresh();
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void forgetsNothingWhenAKeyIsOnlyAdded() throws Exception {
        repository.publishOnline();
        client.refresh();
        repository.addSigner(TopRole.SNAPSHOT);
        repository.addSigner(TopRole.TIMESTAMP);
        repository.publishRoot();
        repository.setVersion("snapshot", 0);
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.ROLLED_BACK);
    }
}
