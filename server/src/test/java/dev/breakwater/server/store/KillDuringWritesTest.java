/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limits;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant I4: what was reported durable is there after a kill at any moment. */
@Tag("system")
final class KillDuringWritesTest {

    private static final int ROUNDS = 20;
    private static final int ROUND_SIZE = 1_000_000;

    @TempDir Path directory;

    @Test
    void keepsEverythingThatWasReportedDurable() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path file = directory.resolve("breakwater.db");
        Set<String> reported = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            reported.addAll(
                    writeUntilKilled(file, (round + 10) * ROUND_SIZE, 1 + random.nextInt(500)));
        }

        try (Database database =
                Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults())) {
            List<String> stored =
                    database.read(
                            statements ->
                                    statements.list(
                                            "SELECT organization_id FROM organization",
                                            row -> row.text("organization_id")));
            assertThat(reported).as("seed %d", seed).hasSizeGreaterThan(ROUNDS);
            assertThat(new HashSet<>(stored)).as("seed %d", seed).containsAll(reported);
        }
    }

    /** Kills the child when it has reported this many; what it printed until then counts too. */
    private static List<String> writeUntilKilled(Path file, int from, int reports)
            throws Exception {
        Process child =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWriter.class.getName(),
                                file.toString(),
                                Integer.toString(from))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        List<String> reported = new ArrayList<>();
        try (BufferedReader lines = child.inputReader()) {
            String line = lines.readLine();
            while (line != null) {
                // The last line may be cut short by the kill.
                if (line.length() == Integer.toString(from).length()) {
                    reported.add(line);
                }
                if (reported.size() == reports) {
                    // Through the handle: Process.destroyForcibly would also close the pipe.
                    child.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return reported;
    }
}
