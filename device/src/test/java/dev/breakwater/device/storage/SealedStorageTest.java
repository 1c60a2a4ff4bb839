/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedStorageTest {

    private static final byte[] SECRET = "ssid=home psk=canary-7f3a".getBytes(UTF_8);

    @TempDir Path directory;
    private Path files;
    private WrappingKeyFile key;
    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private SealedStorage storage;

    @BeforeEach
    void open() throws IOException {
        files = directory.resolve("storage");
        key = WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key"));
        storage = storage(key);
    }

    private SealedStorage storage(WrappingKey under) throws IOException {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.add(new StorageItem("wifi", "The owner's network", Sensitivity.SECRET));
        items.add(
                new StorageItem(
                        "feedings",
                        "When the fish were fed",
                        Sensitivity.PERSONAL,
                        Optional.of(Duration.ofDays(2))));
        return new SealedStorage(
                DirectoryDisk.open(files),
                under,
                StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED),
                clock);
    }

    @Test
    void refusesToStoreWhatIsNotDeclared() throws IOException {
        assertThatThrownBy(() -> storage.write("microphone", SECRET))
                .isInstanceOf(UndeclaredItem.class)
                .hasMessage(
                        "microphone is not declared in the storage manifest of tank, so it is not stored: declare it with its purpose, sensitivity and retention");
        assertThat(storage.names()).isEmpty();
    }

    @Test
    void takesNothingOfTheProductsOwnWithoutAManifest() throws IOException {
        SealedStorage agents = new SealedStorage(DirectoryDisk.open(files), key);
        assertThatThrownBy(() -> agents.write("wifi", SECRET)).isInstanceOf(UndeclaredItem.class);
        agents.write("key-1", SECRET);
        assertThat(agents.read("key-1").orElseThrow()).isEqualTo(SECRET);
    }

    @Test
    void erasesWhatIsOlderThanItsRetentionAndNothingElse() throws IOException {
        storage.write("wifi", SECRET);
        storage.write("feedings", SECRET);
        clock.advance(Duration.ofDays(2));
        assertThat(storage.eraseOverdue()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(storage.eraseOverdue()).containsExactly("feedings");
        assertThat(storage.names()).containsExactly("wifi");
        assertThat(storage.eraseOverdue()).isEmpty();
    }

    @Test
    void keepsWhatWasWrittenAgainInTime() throws IOException {
        storage.write("feedings", SECRET);
        clock.advance(Duration.ofDays(1));
        storage.write("feedings", SECRET);
        clock.advance(Duration.ofDays(2));
        assertThat(storage.eraseOverdue()).isEmpty();
        assertThat(storage.writtenAt("feedings").orElseThrow())
                .isEqualTo(clock.instant().minus(Duration.ofDays(2)));
    }

    @Test
    void keepsContentAcrossRestarts() throws IOException {
        storage.write("wifi", SECRET);
        WrappingKeyFile again = WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key"));
        SealedStorage reopened = storage(again);
        assertThat(reopened.read("wifi").orElseThrow()).isEqualTo(SECRET);
        assertThat(reopened.names()).containsExactly("wifi");
        reopened.delete("wifi");
        reopened.delete("wifi");
        assertThat(reopened.read("wifi")).isEmpty();
    }

    @Test
    void leavesNothingInClearOnDisk() throws IOException {
        storage.write("wifi", SECRET);
        try (var all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
                        .doesNotContain("canary");
                assertThat(Files.getPosixFilePermissions(file).toString())
                        .doesNotContain("GROUP")
                        .doesNotContain("OTHERS");
            }
        }
    }

    @Test
    void refusesContentWithAnyBitChanged() throws IOException {
        storage.write("wifi", SECRET);
        Path file = files.resolve("wifi.sealed");
        byte[] sealed = Files.readAllBytes(file);
        for (int index = 0; index < sealed.length; index++) {
            byte[] changed = sealed.clone();
            changed[index] ^= 0x01;
            Files.write(file, changed);
            assertThatThrownBy(() -> storage.read("wifi"))
                    .as("byte %d", index)
                    .isInstanceOf(SealedStorage.Damaged.class);
        }
    }

    @Test
    void refusesContentMovedUnderAnotherName() throws IOException {
        storage.write("wifi", SECRET);
        Files.copy(files.resolve("wifi.sealed"), files.resolve("credentials.sealed"));
        assertThatThrownBy(() -> storage.read("credentials"))
                .isInstanceOf(SealedStorage.Damaged.class)
                .hasMessageContaining("restore the key, or erase the storage");
    }

    @Test
    void refusesContentOfAnotherDevice() throws IOException {
        storage.write("wifi", SECRET);
        WrappingKeyFile other = WrappingKeyFile.openOrCreate(directory.resolve("other.key"));
        assertThatThrownBy(() -> storage(other).read("wifi"))
                .isInstanceOf(SealedStorage.Damaged.class);
    }

    /** What a power cut leaves while the temporary file is written: any part of it, or all. */
    @Test
    void keepsOldContentWhenPowerIsCutAtAnyByteOfTheNewOne() throws IOException {
        storage.write("wifi", SECRET);
        byte[] next = key.seal("new".getBytes(UTF_8), "any".getBytes(UTF_8));
        for (int written = 0; written <= next.length; written++) {
            Path torn = files.resolve("wifi.sealed.tmp");
            Files.write(torn, Arrays.copyOf(next, written));
            SealedStorage restarted = storage(key);
            assertThat(restarted.read("wifi").orElseThrow()).isEqualTo(SECRET);
            assertThat(restarted.names()).containsExactly("wifi");
            assertThat(torn).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../wrapping", "a/b", "A", "a.b", "a b"})
    void refusesNamesThatCouldLeaveTheDirectory(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> storage.write(name, SECRET));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.read(name));
    }

    @Test
    void refusesWrappingKeyThatOthersMayRead() throws IOException {
        Path file = directory.resolve("wrapping.key");
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> WrappingKeyFile.openOrCreate(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void refusesWrappingKeyThatIsLinkedShortOrLong() throws IOException {
        Path link = directory.resolve("link.key");
        Files.createSymbolicLink(link, directory.resolve("wrapping.key"));
        assertThatThrownBy(() -> WrappingKeyFile.openOrCreate(link))
                .hasMessageContaining("not a regular file");
        for (int length : new int[] {0, 31, 33}) {
            Path file = directory.resolve("wrapping.key");
            Files.write(file, new byte[length]);
            assertThatThrownBy(() -> WrappingKeyFile.openOrCreate(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
        }
    }
}
