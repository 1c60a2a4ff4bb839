/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as they should be, and every way in which they should not. */
class ZipArchiveTest {

    private static final ArchiveLimits LIMITS = new ArchiveLimits(1 << 20, 8, 1 << 20);

    @TempDir Path directory;

    private Path unpack(byte[] archive) throws Exception {
        Path file = directory.resolve("archive.zip");
        Files.write(file, archive);
        Path tree = directory.resolve("tree");
        Tree.delete(tree);
        try (ZipArchive zip = ZipArchive.open(file, LIMITS)) {
            Tree.unpack(zip, tree);
        }
        try (ZipArchive zip = ZipArchive.open(file, LIMITS)) {
            Tree.compare(zip, tree);
        }
        return tree;
    }

    private void assertRefused(byte[] archive, String why) {
        assertThatThrownBy(() -> unpack(archive))
                .isInstanceOf(ArtifactRefused.class)
                .hasMessageContaining(why);
        assertThat(directory.resolve("evil")).doesNotExist();
        assertThat(directory.resolveSibling("evil")).doesNotExist();
    }

    private static byte[] with(Consumer<ArchiveBytes> twist) {
        ArchiveBytes archive = new ArchiveBytes();
        archive.add("version", "1.1");
        twist.accept(archive);
        return archive.build();
    }

    @Test
    void unpacksFilesDirectoriesAndTheRightToExecute() throws Exception {
        byte[] noise = new byte[200_000];
        new Random(5).nextBytes(noise);
        Path tree =
                unpack(
                        with(
                                archive -> {
                                    archive.add("bin/start", "#!/bin/sh\n")
                                            .mode(ArchiveBytes.EXECUTABLE);
                                    archive.add("lib/", "").mode(0040755);
                                    archive.add("lib/tank.jar", noise).deflated();
                                    archive.add("lib/empty", "").deflated();
                                }));
        assertThat(tree.resolve("version")).hasContent("1.1");
        assertThat(tree.resolve("lib/tank.jar")).hasBinaryContent(noise);
        assertThat(tree.resolve("lib/empty")).isEmptyFile();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(tree.resolve("bin/start"))))
                .isEqualTo("rwx------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(tree.resolve("version"))))
                .isEqualTo("rw-------");
    }

    /** The JDK's writer, as that of the jar tool, puts sizes and checksums after the contents. */
    @Test
    void unpacksWhatTheJdkWrites() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("lib/"));
            zip.putNextEntry(new ZipEntry("lib/a"));
            zip.write("content".getBytes(UTF_8));
            zip.putNextEntry(new ZipEntry("b"));
        }
        assertThat(unpack(bytes.toByteArray()).resolve("lib/a")).hasContent("content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "lib/../../evil",
                "..",
                "/evil",
                "/tmp/evil",
                "lib//evil",
                "./evil",
                "lib/./evil",
                "lib\\..\\evil",
                "C:evil",
                "evil\0",
                "ev\nil",
                "\u00e9vil",
                ""
            })
    void refusesNamesThatLeaveTheirPlaceOrReadDifferently(String name) {
        assertRefused(with(archive -> archive.add(name, "x")), "archive");
    }

    @Test
    void refusesNamesThatAreTooLongOrTooDeep() {
        assertRefused(with(archive -> archive.add("n".repeat(129), "x")), "characters");
        assertRefused(with(archive -> archive.add("n/".repeat(33) + "x", "x")), "deep");
        assertRefused(with(archive -> archive.add("nnn/".repeat(200) + "x", "x")), "characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "VERSION", "Version", "version/below"})
    void refusesNamesThatAreThereAlready(String name) {
        assertRefused(with(archive -> archive.add(name, "x")), "archive has " + name);
    }

    @Test
    void refusesDirectoriesThatAreFilesAndTheOtherWayRound() {
        assertRefused(
                with(
                        archive -> {
                            archive.add("lib/x", "x");
                            archive.add("LIB", "x");
                        }),
                "twice");
        assertRefused(
                with(
                        archive -> {
                            archive.add("lib/", "").mode(0040755);
                            archive.add("lib", "x");
                        }),
                "twice");
        assertRefused(with(archive -> archive.add("version/", "").mode(0040755)), "twice");
    }

    @Test
    void refusesLinksAndDevices() {
        assertRefused(
                with(archive -> archive.add("l", "/etc/passwd").mode(ArchiveBytes.LINK)), "link");
        assertRefused(with(archive -> archive.add("d", "").mode(ArchiveBytes.DEVICE)), "link");
        assertRefused(with(archive -> archive.add("d/", "").mode(ArchiveBytes.LINK)), "link");
        assertRefused(with(archive -> archive.add("d", "").mode(0040755)), "link");
    }

    @Test
    void refusesWrongChecksums() {
        assertRefused(with(archive -> archive.add("a", "abc").crc ^= 1), "checksum");
        assertRefused(with(archive -> archive.add("a", "abc").deflated().crc ^= 1), "checksum");
    }

    @Test
    void refusesMoreEntriesThanAreAllowed() {
        assertRefused(
                with(
                        archive -> {
                            for (int more = 0; more < 8; more++) {
                                archive.add("file" + more, "x");
                            }
                        }),
                "9 entries; 8 are allowed");
    }

    @Test
    void refusesWhatUnpacksToMoreThanIsAllowedOrClaimed() {
        byte[] zeros = new byte[(1 << 20) + 1];
        assertRefused(with(archive -> archive.add("bomb", zeros).deflated()), "more than 1048576");
        // It claims less than it holds.
        assertRefused(
                with(archive -> archive.add("bomb", zeros).deflated().unpacked = 100),
                "does not unpack to the 100 bytes");
        assertRefused(
                with(archive -> archive.add("a", new byte[10]).deflated().unpacked = 11),
                "ends before");
    }

    @Test
    void refusesAListThatSaysWhatTheHeadersDoNot() {
        assertRefused(with(archive -> archive.add("shown", "x").headerName = "other"), "header");
        byte[] archive = with(some -> some.add("a", "x"));
        // The flags of the first local header.
        archive[6] ^= 2;
        assertRefused(archive, "header");
    }

    @Test
    void refusesBytesThatBelongToNothing() {
        assertRefused(with(archive -> archive.add("a", "x").gap = new byte[7]), "header");
        byte[] plain = with(_ -> {});
        assertRefused(Arrays.copyOf(plain, plain.length + 1), "nothing before or after");
        byte[] moved = new byte[plain.length + 3];
        System.arraycopy(plain, 0, moved, 3, plain.length);
        assertRefused(moved, "nothing before or after");
    }

    @Test
    void refusesEncryptionUnknownMethodsAndTheSixtyFourBitExtension() {
        assertRefused(with(archive -> archive.add("a", "x").flags = 1), "encrypted");
        assertRefused(with(archive -> archive.add("a", "x").method = 12), "neither stored");
        byte[] archive = with(_ -> {});
        Arrays.fill(archive, archive.length - 6, archive.length - 2, (byte) 0xff);
        assertRefused(archive, "no plain ZIP");
    }

    @Test
    void refusesDamagedStreamsAndStreamsWithATail() {
        assertRefused(
                with(
                        archive -> {
                            ArchiveBytes.Entry entry = archive.add("a", new byte[500]).deflated();
                            entry.packed = Arrays.copyOf(entry.packed, entry.packed.length + 4);
                        }),
                "ends before");
        assertRefused(
                with(
                        archive -> {
                            ArchiveBytes.Entry entry = archive.add("a", new byte[500]).deflated();
                            entry.packed = Arrays.copyOf(entry.packed, entry.packed.length - 2);
                        }),
                "a ");
        assertRefused(
                with(
                        archive -> {
                            ArchiveBytes.Entry entry = archive.add("a", new byte[500]).deflated();
                            Arrays.fill(entry.packed, (byte) 0xff);
                        }),
                "damaged");
    }

    @Test
    void refusesEveryTruncationAndEmptyFiles() {
        byte[] whole = with(archive -> archive.add("a", new byte[300]).deflated());
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "a");
        }
    }

    /** Whatever one byte is changed to: refused, or unpacked to what the list then says. */
    @Test
    void neverUnpacksOutsideItsDirectoryWhateverByteIsChanged() throws Exception {
        byte[] whole = with(archive -> archive.add("lib/a", "some content").deflated());
        long seed = 20261127;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                var _ = unpack(changed);
            } catch (ArtifactRefused expected) {
                assertThat(expected).as("seed %d round %d", seed, round).hasMessageContaining("a");
            }
            try (var found = Files.list(directory)) {
                assertThat(found.map(path -> path.getFileName().toString()))
                        .as("seed %d round %d", seed, round)
                        .isSubsetOf("archive.zip", "tree");
            }
        }
    }

    @Test
    void noticesEveryDifferenceOfATreeFromItsArchive() throws Exception {
        byte[] archive = with(some -> some.add("lib/a", "content"));
        Path tree = unpack(archive);
        String before = Tree.digest(tree);

        Files.writeString(tree.resolve("lib/a"), "cOntent");
        assertDiffers(tree, before);
        Files.writeString(tree.resolve("lib/a"), "content");
        Files.writeString(tree.resolve("lib/more"), "");
        assertDiffers(tree, before);
        Files.delete(tree.resolve("lib/more"));
        Files.createDirectory(tree.resolve("more"));
        assertDiffers(tree, before);
        Files.delete(tree.resolve("more"));
        Files.delete(tree.resolve("lib/a"));
        Files.createSymbolicLink(tree.resolve("lib/a"), tree.resolve("version"));
        assertDiffers(tree, before);
        Files.delete(tree.resolve("lib/a"));
        assertDiffers(tree, before);
    }

    private void assertDiffers(Path tree, String before) throws Exception {
        assertThat(Tree.digest(tree)).isNotEqualTo(before);
        try (ZipArchive zip = ZipArchive.open(directory.resolve("archive.zip"), LIMITS)) {
            assertThatThrownBy(() -> Tree.compare(zip, tree)).isInstanceOf(ArtifactRefused.class);
        }
    }
}
