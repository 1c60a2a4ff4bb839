/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.SmallMedium;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.canary.Canaries;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full medium must not save what is on it: erasures on a real one, full to the last block. */
@Timeout(60)
class FullMediumErasureTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final Canaries canaries = new Canaries();

    @TempDir Path directory;
    private SmallMedium medium;
    private ConfiguredDevice device;

    @BeforeEach
    void mount() throws Exception {
        medium = SmallMedium.mount(directory.resolve("medium"));
        device = ConfiguredDevice.in(medium.root(), clock);
        device.configure(canaries);
        medium.fillAllBut(0);
    }

    @AfterEach
    void unmount() {
        if (medium != null) {
            medium.close();
        }
    }

    @Test
    void isDoneByHandAndKeepsItsReceipt() throws Exception {
        assertThatThrownBy(() -> device.storage().write("owner", new byte[1]))
                .isInstanceOf(SealedStorage.NotStored.class);
        device.requireConfigured();
        Receipt receipt = device.erasure().eraseNow(Cause.BY_HAND);
        requireErasedForGood(receipt);
        medium.makeRoom();
        device.configure(new Canaries());
    }

    @Test
    void isDoneByOrderThoughNothingMarksIt() throws Exception {
        Order order =
                new Order(DeviceId.fresh(), new ReturnAddress("127.0.0.1", 8884, "0".repeat(64)));
        assertThatThrownBy(() -> device.erasure().begin(Cause.BY_ORDER))
                .isInstanceOf(SealedStorage.NotStored.class);
        device.requireConfigured();
        device.erasure().begin(order);
        requireErasedForGood(device.erasure().lastReceipt().orElseThrow());
        assertThat(device.erasure().undelivered().orElseThrow().to()).isEqualTo(order.from());
        assertThat(device.erasure().finishIfBegun()).isEmpty();
    }

    @Test
    void marksAfterwardsWhatCouldNotBeErasedYet() throws Exception {
        AtomicBoolean pulledOut = new AtomicBoolean(true);
        Erasable token =
                Erasable.of(
                        "token",
                        () -> {
                            if (pulledOut.get()) {
                                throw new IOException("the token is pulled out");
                            }
                        });
        Erasure erasure =
                device.erasure(
                        List.of(Erasable.wrappingKey(device.wrappingKey()), token),
                        List.of(Erasable.storage(device.data())));
        assertThatThrownBy(() -> erasure.eraseNow(Cause.BY_HAND))
                .isInstanceOf(ErasureIncomplete.class);
        assertThatThrownBy(erasure::finishIfBegun).isInstanceOf(ErasureIncomplete.class);
        pulledOut.set(false);
        assertThat(erasure.finishIfBegun()).isPresent();
    }

    /** What was erased may free nothing where the survivors have a medium of their own. */
    @Test
    void isDoneWhereNotEvenItsReceiptFindsRoom() throws Exception {
        Path data = directory.resolve("data");
        Files.createDirectory(data);
        Path elsewhere = Files.write(data.resolve("wifi.sealed"), new byte[64]);
        Erasure erasure = device.erasure(List.of(), List.of(Erasable.storage(data)));
        assertThat(erasure.eraseNow(Cause.BY_HAND).statement()).contains("wifi");
        assertThat(elsewhere).doesNotExist();
        assertThat(erasure.lastReceipt()).isEmpty();
        assertThat(erasure.finishIfBegun()).isEmpty();
        medium.makeRoom();
        var _ = erasure.eraseNow(Cause.BY_HAND);
        assertThat(erasure.lastReceipt()).isPresent();
    }

    /** A mark gives its room to the receipt when nothing is left to be erased. */
    @Test
    void finishesAtTheStartWhatWasMarkedBeforeTheMediumWasFull() throws Exception {
        medium.makeRoom();
        Path data = Files.createDirectory(directory.resolve("data"));
        Erasure erasure = device.erasure(List.of(), List.of(Erasable.storage(data)));
        erasure.begin(Cause.BY_HAND);
        medium.fillAllBut(0);
        Receipt receipt = erasure.finishIfBegun().orElseThrow();
        assertThat(erasure.lastReceipt().orElseThrow().statement()).isEqualTo(receipt.statement());
        assertThat(erasure.finishIfBegun()).isEmpty();
    }

    /** As on a medium that never writes in place: zeros need a block of their own. */
    @Test
    void removesAKeyThatCannotBeOverwritten() throws Exception {
        Path sparse = medium.root().resolve("sparse.key");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(SmallMedium.BLOCK_BYTES);
        }
        assertThat(medium.freeBytes()).isZero();
        WrappingKeyFile.destroy(sparse);
        assertThat(sparse).doesNotExist();
    }

    private void requireErasedForGood(Receipt receipt) throws Exception {
        device.requireErased();
        receipt.verify(device.setupKey().publicKey());
        assertThat(device.erasure().lastReceipt().orElseThrow().statement())
                .isEqualTo(receipt.statement());
        assertThat(canaries.search(medium.root())).isEmpty();
    }
}
