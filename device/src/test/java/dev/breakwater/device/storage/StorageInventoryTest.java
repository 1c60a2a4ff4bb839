/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.message.DeviceEvent;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class StorageInventoryTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));

    @TempDir Path directory;
    private SealedStorage storage;

    @BeforeEach
    void open() throws IOException {
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")),
                        StorageManifest.ofAgent(),
                        clock);
        storage.write("credentials", "canary-of-the-content".getBytes(UTF_8));
        clock.advance(Duration.ofMinutes(5));
    }

    @Test
    void tellsNamesSizesAndAgesAndNoContents() throws IOException {
        StorageInventory inventory = StorageInventory.take(storage);
        assertThat(inventory.asDeclared()).isTrue();
        assertThat(inventory.entries())
                .containsExactly(
                        new StorageInventory.Entry(
                                "credentials",
                                21 + 8 + 29,
                                Optional.of(Duration.ofMinutes(5)),
                                true));
        ObjectNode event = inventory.toEvent();
        assertThat(event.path("manifestSha256").stringValue())
                .isEqualTo(StorageManifest.ofAgent().hash());
        assertThat(event.path("vouchedFor").stringValue()).isEqualTo("unsigned");
        assertThat(event.path("undeclared").intValue()).isZero();
        assertThat(event.path("items").get(0).path("ageSeconds").intValue()).isEqualTo(300);
        assertThat(event.toString()).doesNotContain("canary");
    }

    @Test
    void namesWhatNobodyDeclaredAndWhatDoesNotOpenFirst() throws IOException {
        Files.write(directory.resolve("storage/spy-log.sealed"), new byte[40]);
        StorageInventory inventory = StorageInventory.take(storage);
        assertThat(inventory.asDeclared()).isFalse();
        assertThat(inventory.entries().getLast())
                .isEqualTo(new StorageInventory.Entry("spy-log", 40, Optional.empty(), false));
        ObjectNode event = inventory.toEvent();
        assertThat(event.path("undeclared").intValue()).isEqualTo(1);
        assertThat(event.path("items").get(0).path("name").stringValue()).isEqualTo("spy-log");
        assertThat(event.path("items").get(0).has("ageSeconds")).isFalse();
    }

    /** Whoever fills the storage with names must not silence the report. */
    @Test
    void fitsIntoAnEventHoweverMuchThereIs() throws IOException {
        for (int more = 0; more < 500; more++) {
            Files.write(
                    directory.resolve("storage/%s%04d.sealed".formatted("x".repeat(60), more)),
                    new byte[40]);
        }
        StorageInventory inventory = StorageInventory.take(storage);
        ObjectNode event = inventory.toEvent();
        assertThat(event.path("entries").intValue()).isEqualTo(501);
        assertThat(event.path("items").size()).isEqualTo(StorageInventory.ENTRIES_REPORTED_MAX);
        assertThat(new DeviceEvent(StorageInventory.EVENT_TYPE, event).toJson().length)
                .isLessThanOrEqualTo(DeviceEvent.BYTES_MAX);
    }
}
