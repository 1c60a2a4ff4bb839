/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Files behave as files of the default file system do, as far as programs see. */
class CuttableFilesTest {

    private final Path root = CuttableFiles.empty().root();

    @Test
    void keepsContentsNamesAndModes() throws IOException {
        Path directory = Files.createDirectories(root.resolve("a/b"));
        Path file = directory.resolve("file.txt");
        Files.writeString(file, "one");
        Files.writeString(file, " two", StandardOpenOption.APPEND);
        assertThat(Files.readString(file)).isEqualTo("one two");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.size(file)).isEqualTo(7);
        assertThat(Files.isDirectory(directory)).isTrue();
        try (var found = Files.newDirectoryStream(directory, "*.txt")) {
            assertThat(found).containsExactly(file);
        }
        try (var all = Files.walk(root)) {
            assertThat(all.map(Path::toString)).containsExactly("/", "/a", "/a/b", "/a/b/file.txt");
        }
    }

    @Test
    void refusesWhatFilesRefuse() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "x");
        assertThatThrownBy(() -> Files.readString(root.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(
                        () ->
                                Files.writeString(
                                        file,
                                        "y",
                                        StandardOpenOption.CREATE_NEW,
                                        StandardOpenOption.WRITE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createLink(file, file))
                .isInstanceOf(FileAlreadyExistsException.class);
        Path directory = Files.createDirectory(root.resolve("directory"));
        Files.writeString(directory.resolve("in"), "x");
        assertThatThrownBy(() -> Files.delete(directory))
                .isInstanceOf(DirectoryNotEmptyException.class);
        assertThat(Files.deleteIfExists(root.resolve("none"))).isFalse();
    }

    @Test
    void aLinkIsTheSameFileAndARenameReplaces() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "one");
        Path link = Files.createLink(root.resolve("link"), file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(new byte[] {'O'}))).isEqualTo(1);
        }
        assertThat(Files.readString(link)).isEqualTo("One");
        Path other = Files.writeString(root.resolve("other"), "two");
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(file)).isEqualTo("two");
        assertThat(Files.readString(link)).isEqualTo("One");
        assertThat(other).doesNotExist();
    }

    @Test
    void theUnsyncedSurvivesAsItIsSaid() {
        byte[] old = {1, 1, 1, 1};
        byte[] changed = {1, 1, 2, 2, 2, 2};
        assertThat(Survival.SYNCED_ONLY.content(old, changed)).isEqualTo(old);
        assertThat(Survival.EVERYTHING.content(old, changed)).isEqualTo(changed);
        assertThat(Survival.TORN_WRITE.content(old, changed)).containsExactly(1, 1, 2, 2);
        assertThat(Survival.ZEROED_TAIL.content(old, changed)).containsExactly(1, 1, 2, 2, 0, 0);
        assertThat(Survival.TORN_WRITE.content(old, old)).isEqualTo(old);
    }
}
