/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableFileTest {

    @TempDir Path directory;

    @Test
    void replacesAFileAndLeavesNoTemporaryBehind() throws IOException {
        Path file = directory.resolve("value");
        DurableFile.replace(file, "old".getBytes(UTF_8));
        DurableFile.replace(file, "new".getBytes(UTF_8));
        assertThat(file).hasContent("new");
        try (var names = Files.list(directory)) {
            assertThat(names).containsExactly(file);
        }
    }

    @Test
    void replacesTheStrayAnEarlierCrashLeft() throws IOException {
        Path file = directory.resolve("value");
        Files.writeString(directory.resolve("value.tmp"), "half a wri");
        DurableFile.replace(file, "new".getBytes(UTF_8));
        assertThat(file).hasContent("new");
        assertThat(directory.resolve("value.tmp")).doesNotExist();
    }

    @Test
    void createsButNeverOverwrites() throws IOException {
        Path file = directory.resolve("value");
        DurableFile.create(file, "first".getBytes(UTF_8));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> DurableFile.create(file, "second".getBytes(UTF_8)));
        assertThat(file).hasContent("first");
    }

    @Test
    void letsOnlyTheOwnerReadWhatItWrites() throws IOException {
        Path folder = directory.resolve("folder");
        DurableFile.createDirectory(folder);
        DurableFile.createDirectory(folder);
        DurableFile.replace(folder.resolve("a"), new byte[1]);
        DurableFile.create(folder.resolve("b"), new byte[1]);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        for (String name : new String[] {"a", "b"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }
}
