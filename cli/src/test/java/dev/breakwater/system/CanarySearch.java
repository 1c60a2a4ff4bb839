/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for canaries in every file below a directory and in what processes printed. */
final class CanarySearch {

    private final Path directory;
    private final List<String> printed;
    private final Map<Canary, Optional<Path>> canaries = new LinkedHashMap<>();

    CanarySearch(Path directory, List<String> printed) {
        this.directory = directory;
        this.printed = List.copyOf(printed);
    }

    /** Must be nowhere. */
    CanarySearch add(Canary canary) {
        canaries.put(canary, Optional.empty());
        return this;
    }

    /** Must be nowhere but in this file, which is its home. */
    CanarySearch addAtHome(Canary canary, Path home) {
        canaries.put(canary, Optional.of(home));
        return this;
    }

    /** One sentence for each place where a canary is and must not be. */
    List<String> findings() throws IOException {
        List<String> findings = new ArrayList<>();
        byte[] output = String.join("\n", printed).getBytes(StandardCharsets.UTF_8);
        for (Canary canary : canaries.keySet()) {
            if (canary.isIn(output)) {
                findings.add(canary + " was printed");
            }
        }
        for (Path file : files()) {
            byte[] content = Files.readAllBytes(file);
            canaries.forEach(
                    (canary, home) -> {
                        boolean atHome = home.isPresent() && home.get().equals(file);
                        if (!atHome && canary.isIn(content)) {
                            findings.add(canary + " is in " + directory.relativize(file));
                        }
                    });
        }
        return findings;
    }

    /** The files that are searched. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
