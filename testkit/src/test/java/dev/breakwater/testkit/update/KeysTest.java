/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The families "keys" and "rotations" of the conformance suite. */
class KeysTest {

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private final List<PrivateKeySigner> signers = new ArrayList<>();
    private Client client;

    @BeforeEach
    void startClient() {
        client = new Client(directory.resolve("trust"), repository, clock);
        for (int i = 0; i < 10; i++) {
            signers.add(i % 2 == 0 ? TestSigners.fresh() : TestSigners.freshP256());
        }
    }

    private List<PrivateKeySigner> chosen(String numbers) {
        return Arrays.stream(numbers.split(" ", -1))
                .map(number -> signers.get(Integer.parseInt(number)))
                .toList();
    }

    private static RoleKeys keys(List<PrivateKeySigner> signers, int threshold) {
        return new RoleKeys(signers.stream().map(PrivateKeySigner::key).toList(), threshold);
    }

    @Test
    void needsAsManySignaturesAsTheThresholdSays() throws Exception {
        client.refresh();
        RoleKeys one = repository.keys(TopRole.SNAPSHOT);
        repository.setKeys(TopRole.SNAPSHOT, new RoleKeys(one.keys(), 3));
        repository.publishRoot();
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
        repository.addSigner(TopRole.SNAPSHOT);
        repository.publishRoot();
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
        repository.addSigner(TopRole.SNAPSHOT);
        repository.publishRoot();
        repository.publishOnline();
        client.refresh();
        assertThat(client.version("root")).isEqualTo(4);
        assertThat(client.version("snapshot")).isEqualTo(4);
    }

    @Test
    void countsTheKeysThatSignedAndNotThoseThatAreListed() throws Exception {
        client.refresh();
        List<MetadataKey> listed = new ArrayList<>(repository.keys(TopRole.SNAPSHOT).keys());
        listed.addAll(keys(signers, 1).keys());
        repository.setKeys(TopRole.SNAPSHOT, new RoleKeys(listed, 5));
        repository.publishRoot();
        repository.publishOnline();
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
        assertThat(client.version("root")).isEqualTo(2);
        assertThat(client.version("snapshot")).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // keys, threshold, who signs; a semicolon between versions, an exclamation mark if refused
        "one key rotated,                           1/1/1; 2/1/2 1; 2/1/2",
        "one key rotated beside strangers,          1/1/3 1 4; 2/1/3 2 1 4; 2/1/3 2 4",
        "three of five in other combinations,       0 1 2 3 4/3/0 2 4; 0 1 2 3 4/3/0 4 1; 0 1 2 3 4/3/0 1 3",
        "one of five rotated,                       0 1 2 3 4/3/0 2 4; 0 1 3 4 5/3/0 4 1",
        "one of five rotated by a step,             0 1 2 3 4/3/0 2 4; 0 1 3 4 5/3/0 2 4 5; 0 1 3 4 5/3/0 4 5",
        "all of five rotated,                       0 1 2 3 4/3/0 2 4; 5 6 7 8 9/3/0 2 4 5 6 7; 5 6 7 8 9/3/5 6 7",
        "threshold raised,                          1 2 3/1/1; 1 2 3/2/1 2",
        "threshold lowered,                         1 2 3/2/1 2; 1 2 3/1/1 2; 1 2 3/1/1",
        "threshold raised with a key,               1/1/1; 1 2/2/1 2",
        "not signed by the old key,                 1/1/1; !2/1/2 3 4",
        "not signed by the new key,                 1/1/1; !2/1/1 3 4",
        "not signed by three new keys,              0 1 2 3 4/3/0 2 4; !0 1 3 4 5/3/0 2 4",
        "not signed by three old keys,              0 1 2 3 4/3/0 2 4; !0 1 3 4 5/3/0 4 5",
        "higher threshold not reached,              1 2 3/1/1; !1 2 3/2/2",
        "old threshold not reached,                 1 2 3/2/1 2; !1 2 3/1/1"
    })
    void followsRootsThatOldAndNewKeysHaveSigned(String name, String steps) throws Exception {
        SimulatedRepository fresh = new SimulatedRepository(clock);
        fresh.setVersion("root", 0);
        long expected = 0;
        for (String step : steps.split("; ", -1)) {
            String[] parts = step.replace("!", "").split("/", -1);
            RoleKeys listed = keys(chosen(parts[0]), Integer.parseInt(parts[1]));
            fresh.setKeys(TopRole.ROOT, listed);
            fresh.signers("root").clear();
            fresh.signers("root").addAll(chosen(parts[2]));
            fresh.publishRoot();
            expected += step.startsWith("!") ? 0 : 1;
        }
        Client follower = new Client(directory.resolve("follower"), fresh, clock);
        if (steps.contains("!")) {
            follower.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
        } else {
            follower.refresh();
        }
        assertThat(follower.kept("root"))
                .as(name)
                .isEqualTo(fresh.metadata().content(expected + ".root.json"));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1, 2, true",
        "1, 1, 3 1 4, true",
        "2, 1, 1 3 4, false",
        "0 1 3 4 5, 3, 0 2 4, false",
        "0 1 3 4 5, 3, 0 4, false",
        "0 1 2 3 4, 3, 0 2 4, true",
        "0 1 2 3 4, 3, 1 2 3, true"
    })
    void takesFilesThatTheListedKeysHaveSigned(
            String listed, int threshold, String signing, boolean accepted) throws Exception {
        for (TopRole role : List.of(TopRole.TIMESTAMP, TopRole.SNAPSHOT, TopRole.TARGETS)) {
            SimulatedRepository fresh = new SimulatedRepository(clock);
            Client follower = new Client(directory.resolve(role.roleName()), fresh, clock);
            fresh.setSigners(role, threshold, chosen(listed));
            fresh.signers(role.roleName()).clear();
            fresh.signers(role.roleName()).addAll(chosen(signing));
            fresh.publishRoot();
            fresh.publishAll();
            if (accepted) {
                follower.refresh();
                assertThat(follower.version(role.roleName())).isEqualTo(2);
            } else {
                follower.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
                assertThat(follower.keptFiles()).doesNotContain(role.roleName() + ".json");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void refusesAKeyThatWasRotatedOut(String role) throws Exception {
        client.refresh();
        List<PrivateKeySigner> old = List.copyOf(repository.signers(role));
        for (TopRole top : TopRole.values()) {
            if (top.roleName().equals(role)) {
                repository.rotate(top);
            }
        }
        repository.publishRoot();
        repository.publishAll();
        client.refresh();
        repository.signers(role).clear();
        repository.signers(role).addAll(old);
        repository.publishAll();
        client.refreshIsRefused(UpdateFault.WRONG_SIGNATURES);
    }
}
