/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.SmallMedium;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.testkit.TestClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device that is set up on a real file system that is full to the last block. */
@Timeout(60)
class FullMediumSetupTest {

    @TempDir Path directory;
    private final List<Duration> rests = new ArrayList<>();
    private SmallMedium medium;
    private SealedStorage storage;
    private SealedFileKeys keys;
    private CredentialSlots slots;
    private SetupMemory memory;
    private SetupIdentity identity;
    private OwnersServer server;

    @BeforeEach
    void mount() throws Exception {
        medium = SmallMedium.mount(directory.resolve("medium"));
        storage =
                new SealedStorage(
                        DirectoryDisk.open(medium.root().resolve("storage")),
                        WrappingKeyFile.openOrCreate(medium.root().resolve("wrapping.key")));
        keys = new SealedFileKeys(storage);
        slots = CredentialSlots.open(storage, keys);
        memory = new SetupMemory(storage);
        identity = SetupIdentity.open(SetupBench.survivors(directory), SetupBench.SERIAL);
        server = new OwnersServer(identity, Clock.systemUTC());
    }

    @AfterEach
    void unmount() {
        if (server != null) {
            server.close();
        }
        if (medium != null) {
            medium.close();
        }
    }

    @Test
    void saysThatItsStorageIsFullAtEachWriteAndIsSetUpOnceThereIsRoom() throws Exception {
        TicketEnrollment enrollment =
                new TicketEnrollment(
                        SetupBench.SERIAL,
                        identity,
                        slots,
                        memory,
                        TestClock.atPresent(),
                        rests::add);
        for (int blocks = 0; blocks < 4; blocks++) {
            medium.fillAllBut(blocks == 0 ? 0 : 1);
            // Twice with the same room: an attempt that failed takes none of it.
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                        .contains(SetupFailure.STORAGE_FULL);
                assertThat(slots.next()).isEmpty();
                assertThat(keys.names()).hasSizeLessThanOrEqualTo(1);
            }
        }
        assertThat(rests).isEmpty();
        medium.makeRoom();
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(memory.server()).contains(server.place());
        assertThat(slots.next().orElseThrow().deviceId()).isEqualTo(server.deviceId);
        assertThat(keys.names()).hasSize(1);
    }

    @Test
    void keepsTheServerItKnewWhereAnotherFindsNoRoom() throws Exception {
        memory.store(SetupBench.SERVER);
        medium.fillAllBut(0);
        assertThatThrownBy(() -> memory.store(server.place()))
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessageStartingWith("the storage did not take setup-server: No space left");
        assertThat(memory.server()).contains(SetupBench.SERVER);
        // Forgetting takes no room.
        memory.forget();
        assertThat(memory.server()).isEmpty();
    }

    @Test
    void makesNoSetUpKeyWithoutRoomAndTheSameOneEverAfter() throws Exception {
        // The wrapping key of the survivors fits, the set-up key does not.
        medium.fillAllBut(1);
        assertThatThrownBy(
                        () ->
                                SetupIdentity.open(
                                        SetupBench.survivors(medium.root()), SetupBench.SERIAL))
                .isInstanceOf(SealedStorage.NotStored.class)
                .hasMessageStartingWith("the storage did not take setup-key: No space left");
        medium.makeRoom();
        var hash =
                SetupIdentity.open(SetupBench.survivors(medium.root()), SetupBench.SERIAL).hash();
        assertThat(
                        SetupIdentity.open(SetupBench.survivors(medium.root()), SetupBench.SERIAL)
                                .hash())
                .isEqualTo(hash);
    }
}
