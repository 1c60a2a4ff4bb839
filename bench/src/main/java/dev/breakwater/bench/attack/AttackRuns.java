/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;

/**
 * The newest full run of each attack, kept as files, so that the attacks can be made one by one and
 * the page be composed of all of them.
 */
final class AttackRuns {

    private final Path directory;

    /** Those in a directory, which need not be there yet. */
    AttackRuns(Path directory) {
        this.directory = directory;
    }

    /** Keeps a run instead of an earlier one of the same attack. */
    void keep(AttackRun run) throws IOException {
        Files.createDirectories(directory);
        Path whole = Files.createTempFile(directory, "run-", ".part");
        Files.writeString(whole, run.text());
        Files.move(
                whole,
                file(run.attack()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Those that are kept; an attack that never ran is not among them. */
    Map<AttackName, AttackRun> newest() throws IOException {
        Map<AttackName, AttackRun> newest = new EnumMap<>(AttackName.class);
        for (AttackName name : AttackName.values()) {
            if (Files.exists(file(name))) {
                newest.put(name, AttackRun.read(Files.readString(file(name))));
            }
        }
        return newest;
    }

    private Path file(AttackName name) {
        return directory.resolve(name + ".json");
    }
}
