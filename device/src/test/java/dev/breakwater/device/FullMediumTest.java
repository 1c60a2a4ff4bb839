/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent on a real file system that is full to the last block. */
@Timeout(120)
class FullMediumTest {

    private static final String CODE = "canary-5512";
    private static final Duration PAST_DUE = Duration.ofDays(24);
    private static final String FULL =
            "the storage did not take %s: No space left on device; if its medium is full, make room on it";

    @TempDir Path directory;
    private SmallMedium medium;
    private AgentBench bench;

    @BeforeEach
    void mount() throws Exception {
        medium = SmallMedium.mount(directory.resolve("medium"));
        bench = new AgentBench(medium.root());
    }

    @AfterEach
    void unmount() throws Exception {
        if (bench != null) {
            bench.close();
        }
        if (medium != null) {
            medium.close();
        }
    }

    @Test
    void saysWhatItDidNotTakeKeepsWhatItHeldAndLeavesNothingHalfWritten() throws Exception {
        SealedStorage storage = storage();
        storage.write("setup-server", new byte[] {1});
        medium.fillAllBut(3);
        byte[] long1 = new byte[10 * SmallMedium.BLOCK_BYTES];
        assertThatThrownBy(() -> storage.write("setup-server", long1))
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessage(FULL, "setup-server");
        assertThat(storage.read("setup-server").orElseThrow()).containsExactly(1);
        assertThat(medium.freeBytes()).isEqualTo(3 * SmallMedium.BLOCK_BYTES);
        medium.makeRoom();
        storage.write("setup-server", long1);
        assertThat(storage.read("setup-server").orElseThrow()).isEqualTo(long1);
    }

    @Test
    void makesNoWrappingKeyThatIsShortAndOneOnceThereIsRoom() throws Exception {
        Path file = medium.root().resolve("another.key");
        medium.fillAllBut(0);
        assertThatThrownBy(() -> WrappingKeyFile.openOrCreate(file))
                .hasMessageContaining("No space left on device");
        try (var files = Files.list(medium.root())) {
            assertThat(files).noneMatch(left -> left.toString().contains("another.key"));
        }
        medium.makeRoom();
        assertThat(WrappingKeyFile.openOrCreate(file)).isNotNull();
    }

    /** Root, key, slot and certificate each need a block, and lack it in turn. */
    @Test
    void enrollsOnceThereIsRoomWithTheKeyThatACertificateWasIssuedFor() throws Exception {
        Set<PublicKey> issuedFor = ConcurrentHashMap.newKeySet();
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedEstPeer est =
                bench.est(
                        question -> {
                            asked.incrementAndGet();
                            issuedFor.add(AgentBench.keyIn(question.body()));
                            return bench.issue(question);
                        })) {
            bench.enrollsAt(est.port(), CODE);
            medium.fillAllBut(0);
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                for (int blocks = 0; blocks <= 3; blocks++) {
                    // Twice with the same room: an attempt that failed takes none of it.
                    for (int attempt = 0; attempt < 2; attempt++) {
                        Duration wait = bench.time.awaitRestOf("breakwater-agent");
                        assertThat(bench.slots.next()).isEmpty();
                        assertThat(bench.slots.current()).isEmpty();
                        assertThat(bench.code()).isPresent();
                        assertThat(new SealedFileKeys(storage()).names().size())
                                .isEqualTo(asked.get() == 0 ? 0 : 1);
                        if (attempt == 1) {
                            medium.makeRoom();
                            medium.fillAllBut(blocks < 3 ? 1 : 8);
                        }
                        bench.time.advance(wait);
                    }
                }
                bench.peer.accept().welcome();
                bench.await(AgentState.Connected.class);
            }
            assertThat(issuedFor).containsExactly(bench.currentKey());
            assertThat(bench.code()).isEmpty();
        }
    }

    @Test
    void staysConnectedWhenThereIsNoRoomForASuccessorAndRenewsOnceThereIs() throws Exception {
        bench.enrolled();
        PublicKey before = bench.currentKey();
        try (ScriptedEstPeer est = bench.est(bench::issue)) {
            bench.renewsAt(est.port());
            try (DeviceAgent agent = bench.agent()) {
                agent.start();
                MqttConversation first = bench.peer.accept();
                first.welcome();
                bench.await(AgentState.Connected.class);
                var _ = bench.time.awaitRestOf("breakwater-renewal");
                Duration wait = PAST_DUE;
                for (int blocks = 0; blocks <= 1; blocks++) {
                    medium.fillAllBut(blocks);
                    bench.time.advance(wait);
                    wait = bench.time.awaitRestOf("breakwater-renewal");
                    assertThat(bench.currentKey()).isEqualTo(before);
                    assertThat(bench.slots.next()).isEmpty();
                }
                medium.makeRoom();
                bench.time.advance(wait);
                first.expectFarewell();
                MqttConversation second = bench.peer.accept();
                assertThat(second.clientCertificate().getPublicKey()).isNotEqualTo(before);
                second.welcome();
                bench.await(AgentState.Connected.class);
            }
            assertThat(bench.currentKey()).isNotEqualTo(before);
        }
    }

    @Test
    void eachStepOfACredentialSaysThatThereIsNoRoom() throws Exception {
        ServerTrust trust =
                ServerTrust.pinned(
                        RootFingerprint.of(bench.pki.root()),
                        List.of(bench.pki.root(), bench.pki.issuing()));
        medium.fillAllBut(0);
        assertThatThrownBy(() -> bench.slots.storeTrust(trust))
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessage(FULL, "server-trust");
        assertThatThrownBy(() -> bench.slots.keyForNext())
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessageStartingWith("the storage did not take key-")
                .hasMessageContaining("No space left on device");
        medium.fillAllBut(1);
        assertThatThrownBy(() -> bench.slots.keyForNext())
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessage(FULL, "credentials");
        // The key that nobody names took its block along.
        assertThat(new SealedFileKeys(storage()).names()).isEmpty();
        assertThat(medium.freeBytes()).isEqualTo(SmallMedium.BLOCK_BYTES);
    }

    private SealedStorage storage() throws Exception {
        return new SealedStorage(
                DirectoryDisk.open(medium.root().resolve("storage")),
                WrappingKeyFile.openOrCreate(medium.root().resolve("wrapping.key")),
                StorageManifest.ofAgent(),
                bench.clock);
    }
}
