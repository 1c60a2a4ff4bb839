/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The play must find the known ways to lose a file, and find nothing in the known way to keep it.
 */
class PowerCutsTest {

    /** Known ways to put a content in place of another, each wrong in its own way. */
    enum Mistake {
        OVERWRITTEN_IN_PLACE {
            @Override
            void replace(Path file, String content) throws IOException {
                Files.writeString(file, content);
                sync(file);
                sync(file.resolveSibling("."));
            }
        },
        RENAMED_UNSYNCED {
            @Override
            void replace(Path file, String content) throws IOException {
                Path temporary = file.resolveSibling("temporary");
                Files.writeString(temporary, content);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                sync(file.resolveSibling("."));
            }
        },
        DIRECTORY_UNSYNCED {
            @Override
            void replace(Path file, String content) throws IOException {
                Path temporary = file.resolveSibling("temporary");
                Files.writeString(temporary, content);
                sync(temporary);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
        },
        DELETED_FIRST {
            @Override
            void replace(Path file, String content) throws IOException {
                Files.deleteIfExists(file);
                DurableFile.replace(file, content.getBytes(UTF_8));
            }
        };

        abstract void replace(Path file, String content) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void findsMistake(Mistake mistake) {
        assertThatThrownBy(() -> replacing(mistake::replace).play())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("power cut after write");
    }

    @Test
    void findsNothingWhereEverythingIsSyncedInOrder() throws Exception {
        PowerCuts.Played played =
                replacing((file, content) -> DurableFile.replace(file, content.getBytes(UTF_8)))
                        .play();
        // Twice: make, write, sync, rename, sync of the directory.
        assertThat(played.writes()).isEqualTo(10);
        assertThat(played.cuts()).isEqualTo(44);
        assertThat(played.starts()).isBetween(11, 43);
    }

    @Test
    void findsThatADirectorysOwnNameWasNotSynced() {
        assertThatThrownBy(
                        () ->
                                new PowerCuts(
                                                (root, told) -> {
                                                    Path directory =
                                                            Files.createDirectories(
                                                                    root.resolve("a/b"));
                                                    DurableFile.replace(
                                                            directory.resolve("file"),
                                                            new byte[] {1});
                                                    told.acknowledge("written");
                                                },
                                                (root, cut) -> {
                                                    if (cut.acknowledged("written")) {
                                                        assertThat(root.resolve("a/b/file"))
                                                                .exists();
                                                    }
                                                })
                                        .play())
                .hasMessageContaining("before \"the end\", SYNCED_ONLY, acknowledged [written]");
    }

    @Test
    void directoriesOfDurableFileSurviveWithAllAboveThem() throws Exception {
        PowerCuts.Played played =
                new PowerCuts(
                                (root, told) -> {
                                    Path directory = root.resolve("data/breakwater/keys");
                                    DurableFile.createDirectory(directory);
                                    DurableFile.replace(directory.resolve("file"), new byte[] {1});
                                    told.acknowledge("written");
                                },
                                (root, cut) -> {
                                    Path file = root.resolve("data/breakwater/keys/file");
                                    if (cut.acknowledged("written")) {
                                        assertThat(Files.readAllBytes(file)).containsExactly(1);
                                    }
                                })
                        .play();
        assertThat(played.writes()).isGreaterThan(8);
    }

    /** Two files that must change together, and a start that makes it so but not at one stroke. */
    @Test
    void cutsTheStartToo() throws Exception {
        PowerCuts cuts =
                new PowerCuts(
                        (root, told) -> {
                            DurableFile.replace(root.resolve("mark"), new byte[] {1});
                            told.acknowledge("begun");
                            finish(root);
                        },
                        (root, cut) -> {
                            if (Files.exists(root.resolve("mark"))) {
                                finish(root);
                            }
                            if (cut.acknowledged("begun")) {
                                assertThat(root.resolve("one")).exists();
                                assertThat(root.resolve("other")).exists();
                            }
                        });
        PowerCuts.Played once = cuts.play();
        PowerCuts.Played twice = cuts.playTwice();
        assertThat(twice.writes()).isEqualTo(once.writes());
        assertThat(twice.cuts()).isGreaterThan(once.cuts());
    }

    /** It takes the mark away before it has done what the mark is for. */
    @Test
    void findsAStartThatDoesNotBearACut() throws Exception {
        PowerCuts cuts =
                new PowerCuts(
                        (root, told) -> {
                            DurableFile.replace(root.resolve("mark"), new byte[] {1});
                            told.acknowledge("begun");
                            finish(root);
                        },
                        (root, cut) -> {
                            if (Files.exists(root.resolve("mark"))) {
                                Files.delete(root.resolve("mark"));
                                sync(root);
                                DurableFile.replace(root.resolve("one"), new byte[] {1});
                            }
                            if (cut.acknowledged("begun")) {
                                assertThat(root.resolve("one")).exists();
                            }
                        });
        var _ = cuts.play();
        assertThatThrownBy(cuts::playTwice)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("then again after write");
    }

    @Test
    void findsAStartThatCannotBeRepeated() {
        PowerCuts cuts =
                new PowerCuts(
                        (root, told) -> {
                            DurableFile.replace(root.resolve("mark"), new byte[] {1});
                            told.acknowledge("begun");
                        },
                        (root, cut) -> {
                            if (Files.exists(root.resolve("mark"))) {
                                Files.delete(root.resolve("mark"));
                                sync(root);
                                DurableFile.replace(root.resolve("one"), new byte[] {1});
                            }
                            if (cut.acknowledged("begun")) {
                                assertThat(root.resolve("one")).exists();
                            }
                        });
        assertThatThrownBy(cuts::playTwice).hasMessageContaining("then again after write");
    }

    private static void finish(Path root) throws IOException {
        DurableFile.replace(root.resolve("one"), new byte[] {1});
        DurableFile.replace(root.resolve("other"), new byte[] {1});
        Files.delete(root.resolve("mark"));
        sync(root);
    }

    @FunctionalInterface
    private interface Way {
        void replace(Path file, String content) throws IOException;
    }

    private static PowerCuts replacing(Way way) {
        return new PowerCuts(
                (root, told) -> {
                    way.replace(root.resolve("setting"), "the old setting");
                    told.acknowledge("old");
                    way.replace(root.resolve("setting"), "the new setting");
                    told.acknowledge("new");
                },
                (root, cut) -> {
                    Path file = root.resolve("setting");
                    if (cut.acknowledged("new")) {
                        assertThat(Files.readString(file)).isEqualTo("the new setting");
                    } else if (cut.acknowledged("old")) {
                        assertThat(Files.readString(file))
                                .isIn("the old setting", "the new setting");
                    }
                });
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
