/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage that an erasure takes from whoever uses it. */
final class StorageHandOverTest {

    private static final String NAME = "credentials";

    @TempDir Path directory;
    private final CountDownLatch atWork = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    private SealedStorage on(Disk disk) throws IOException {
        return new SealedStorage(
                disk, WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
    }

    private Disk disk() throws IOException {
        return DirectoryDisk.open(directory.resolve("data"));
    }

    @Test
    void takesAndGivesNothingAnyMoreByWhateverClock() throws Exception {
        SealedStorage storage = on(disk());
        SealedStorage same = storage.by(InstantSource.system());
        storage.write(NAME, new byte[] {1});
        assertThat(storage.handOver(Duration.ZERO)).isTrue();
        assertThatThrownBy(() -> storage.write(NAME, new byte[1])).isInstanceOf(HandedOver.class);
        assertThatThrownBy(() -> same.write(NAME, new byte[1])).isInstanceOf(HandedOver.class);
        assertThatThrownBy(() -> same.read(NAME)).isInstanceOf(HandedOver.class);
        assertThatThrownBy(() -> same.delete(NAME)).isInstanceOf(HandedOver.class);
        assertThatThrownBy(storage::names).isInstanceOf(HandedOver.class);
        AtomicBoolean made = new AtomicBoolean();
        assertThatThrownBy(() -> storage.whileInUse(() -> made.getAndSet(true)))
                .isInstanceOf(HandedOver.class);
        assertThat(made).isFalse();
        // Whoever opens it anew is another.
        assertThat(on(disk()).read(NAME)).contains(new byte[] {1});
    }

    @Test
    void isHandedOverWhenTheWriteAtWorkHasEnded() throws Exception {
        SealedStorage storage = on(new HeldDisk(disk()));
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(() -> write(storage), Thread::startVirtualThread);
        atWork.await();
        assertThat(storage.handOver(Duration.ZERO)).isFalse();
        CompletableFuture<Boolean> handedOver =
                CompletableFuture.supplyAsync(
                        () -> storage.handOver(Duration.ofSeconds(20)), Thread::startVirtualThread);
        assertThat(handedOver).isNotDone();
        mayGoOn.countDown();
        assertThat(handedOver.get(20, TimeUnit.SECONDS)).isTrue();
        // What was at work came to its end first, so that an erasure finds it.
        assertThat(disk().read(NAME)).isPresent();
        writing.get(20, TimeUnit.SECONDS);
    }

    private static void write(SealedStorage storage) {
        try {
            storage.write(NAME, new byte[] {1});
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** A medium whose writes wait for the test. */
    private final class HeldDisk implements Disk {

        private final Disk disk;

        HeldDisk(Disk disk) {
            this.disk = disk;
        }

        @Override
        public Optional<byte[]> read(String name) throws IOException {
            return disk.read(name);
        }

        @Override
        public void replace(String name, byte[] content) throws IOException {
            atWork.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
            disk.replace(name, content);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public SortedSet<String> names() throws IOException {
            return disk.names();
        }
    }
}
