/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * An image of what is installed on this machine: programs, libraries, scripts, documents and
 * configuration, as many as fit, drawn by lot. What it holds differs between machines, so that its
 * figures stand beside those of {@link FirmwareImage} and are no requirement.
 */
final class InstalledFiles {

    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/bin"),
                    Path.of("/usr/sbin"),
                    Path.of("/usr/lib"),
                    Path.of("/usr/share"),
                    Path.of("/etc"));

    /** A single file is this much of the image at most. */
    private static final int SHARE_MAX = 16;

    private final Random random;

    InstalledFiles(long seed) {
        this.random = new Random(seed);
    }

    /** An archive of at most that many bytes; of nothing where there are no such places. */
    byte[] ofAtMost(int bytes) {
        List<Path> files = new ArrayList<>();
        for (Path place : PLACES) {
            files.addAll(in(place));
        }
        Collections.sort(files);
        Collections.shuffle(files, random);
        CpioImage image = new CpioImage(bytes);
        for (Path file : files) {
            byte[] content = content(file, Math.min(bytes / SHARE_MAX, bytes - image.size()));
            if (content.length > 0) {
                image.entry(file.toString().substring(1), content);
            }
        }
        return image.ended();
    }

    /** Nothing if it is larger, or if it went in the meantime: others do as well. */
    private static byte[] content(Path file, int bytesMax) {
        try {
            return Files.size(file) < bytesMax ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException unreadable) {
            return new byte[0];
        }
    }

    private static List<Path> in(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(InstalledFiles::isReadable).toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
    }

    private static boolean isReadable(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(path);
    }
}
