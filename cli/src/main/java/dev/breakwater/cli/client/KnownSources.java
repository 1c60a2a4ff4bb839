/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What this computer shows at a log-in so that a server knows it again, in a file of its own beside
 * the profile, readable by its owner only: it outlives sessions, and whoever copies a profile need
 * not copy it. It is no way in, and without it a log-in works as from anywhere; so nothing fails
 * because of it. Whoever changes it holds the profile.
 */
public final class KnownSources {

    private static final int LINES_MAX = 20;
    private static final long BYTES_MAX = 65_536;

    private final Path file;

    /** Beside this profile. */
    public KnownSources(ProfileFile profile) {
        this.file = profile.path().resolveSibling(profile.path().getFileName() + ".known");
    }

    /** What somebody shows to a server; empty for the first log-in from here. */
    public Optional<String> of(URI server, String email) {
        String beginning = beginning(server, email);
        return lines().stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .findFirst();
    }

    /** Keeps what a server gave; the longest kept go first. */
    public void keep(URI server, String email, String secret) throws IOException {
        String beginning = beginning(server, email);
        List<String> lines = new ArrayList<>();
        lines.add(beginning + secret);
        lines().stream().filter(line -> !line.startsWith(beginning)).forEach(lines::add);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        // Whoever left one there is gone: the profile is held.
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(ProfileFile.OWNER_ONLY));
        Files.write(
                next,
                lines.subList(0, Math.min(lines.size(), LINES_MAX)),
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String beginning(URI server, String email) {
        return server + " " + email.toLowerCase(Locale.ROOT) + " ";
    }

    private List<String> lines() {
        try {
            return Files.exists(file) && Files.size(file) <= BYTES_MAX
                    ? Files.readAllLines(file)
                    : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
