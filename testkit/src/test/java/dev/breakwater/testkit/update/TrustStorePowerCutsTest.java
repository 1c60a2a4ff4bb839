/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.trust.DirectoryTrustStore;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.power.PowerCuts;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The power is cut at every write of an update, and the next one always comes to its end. */
class TrustStorePowerCutsTest {

    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);

    private void refresh(Path root) throws Exception {
        new RepositoryClient(
                        new DirectoryTrustStore(root.resolve("trust")),
                        repository.metadata()::open,
                        clock,
                        () -> 0)
                .refresh();
    }

    @Test
    void leaveAStateFromWhichTheNextUpdateGoesOn() throws Exception {
        byte[] shipped = repository.firstRoot();
        Map<String, byte[]> before = repository.metadata().all();
        repository.rotate(TopRole.ROOT);
        repository.rotate(TopRole.TIMESTAMP);
        repository.publishRoot();
        // What an attacker drove up is set back: only who forgets the older ones gets over it.
        repository.setVersion("snapshot", 0);
        repository.setVersion("timestamp", 0);
        repository.publishAll();
        Map<String, byte[]> after = repository.metadata().all();
        SimulatedRepository high = repository;
        PowerCuts.Played played =
                new PowerCuts(
                                (root, _) -> {
                                    new DirectoryTrustStore(root.resolve("trust"))
                                            .write("root", shipped);
                                    high.metadata().replaceAll(before);
                                    refresh(root);
                                },
                                (root, told) -> {
                                    high.metadata().replaceAll(after);
                                    refresh(root);
                                    told.acknowledge("updated");
                                },
                                (root, cut) -> {
                                    DirectoryTrustStore store =
                                            new DirectoryTrustStore(root.resolve("trust"));
                                    long version =
                                            MetadataReader.root(store.read("root").orElseThrow())
                                                    .unverified()
                                                    .version();
                                    assertThat(version).isBetween(1L, 2L);
                                    if (cut.acknowledged("updated")) {
                                        assertThat(version).isEqualTo(2);
                                    }
                                    refresh(root);
                                    assertThat(
                                                    MetadataReader.targets(
                                                                    store.read("targets")
                                                                            .orElseThrow())
                                                            .unverified()
                                                            .version())
                                            .isEqualTo(2);
                                },
                                clock)
                        .playTwice();
        assertThat(played.writes()).isGreaterThan(10);
    }
}
