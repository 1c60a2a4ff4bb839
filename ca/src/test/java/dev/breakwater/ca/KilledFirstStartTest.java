/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.ledger.CertificateFingerprint;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments of first starts: what stood still stands, the rest completes.
 */
@Tag("system")
final class KilledFirstStartTest {

    private static final int KILLS = 12;

    @TempDir Path temporary;

    @Test
    void completesWhateverAKillLeftAndKeepsWhatStood() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int interrupted = 0;
        for (int round = 0; round < KILLS; round++) {
            Path folder = Files.createDirectory(temporary.resolve("round-" + round));
            Map<String, String> stood =
                    runAndKill(folder, random.nextInt(1, 8), random.nextLong(20_000_000));
            for (String number : namesIn(folder)) {
                boolean whole = Files.exists(folder.resolve(number).resolve("issuing.crt"));
                interrupted += whole ? 0 : 1;
                String opened = open(folder.resolve(number));
                assertThat(opened)
                        .as("seed %d, round %d, authority %s", seed, round, number)
                        .isEqualTo(stood.getOrDefault(number, opened))
                        .isEqualTo(open(folder.resolve(number)));
            }
        }
        System.out.println(KILLS + " kills left " + interrupted + " first starts half done");
    }

    /**
     * Kills the program so long after it has made so many authorities: in the midst of the next.
     */
    private static Map<String, String> runAndKill(Path folder, int after, long delayNanos)
            throws Exception {
        Process program =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FirstStartsProgram.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Map<String, String> stood = new HashMap<>();
        try (BufferedReader said = program.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null) {
                String[] words = line.split(" ", -1);
                // The kill may cut the last line short; what was not said whole was not promised.
                if (words.length == 3 && words[2].length() == 64) {
                    stood.put(words[1], words[2]);
                }
                if (stood.size() == after) {
                    LockSupport.parkNanos(delayNanos);
                    // By its handle, which leaves what it said readable.
                    program.toHandle().destroyForcibly();
                }
                line = said.readLine();
            }
        } finally {
            program.destroyForcibly();
        }
        assertThat(stood).hasSizeGreaterThanOrEqualTo(after);
        return stood;
    }

    private static List<String> namesIn(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String open(Path directory) throws Exception {
        CertificateAuthority authority =
                CertificateAuthority.open(
                        new SealedFileKeyStore(directory, FirstStartsProgram.sealingKey()),
                        new InMemoryIssuanceLedger(),
                        IssuancePolicy.standard(),
                        Clock.systemUTC());
        return CertificateFingerprint.of(authority.issuers().getFirst().getEncoded()).hex();
    }
}
