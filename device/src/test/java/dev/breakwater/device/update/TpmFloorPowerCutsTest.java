/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.tpm.ScriptedTpm;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.testkit.token.BareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes at every step that changes the medium or the TPM: the floor is the old one or the
 * new one, and nobody who cuts it on purpose gets an older one.
 */
@Timeout(120)
class TpmFloorPowerCutsTest {

    private static final long SEED = 20_261_127;

    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private TpmFloorBench bench;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("one"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void begin() throws Exception {
        bench = new TpmFloorBench(made.orElseThrow(), directory);
    }

    @Test
    void theFloorIsTheOldOrTheNewOneAfterACutAtEveryStep() throws Exception {
        int cuts = 0;
        Path socket = directory.resolve("powered");
        try (ScriptedTpm _ = bench.powered(socket)) {
            for (boolean done : new boolean[] {false, true}) {
                for (int step = 0; lives(socket, step, done); step++) {
                    cuts++;
                }
            }
        }
        // Mark, counter, increment, record, mark; increment, record, increment, sealed floor; and
        // for the second floor the record once more.
        assertThat(cuts).isEqualTo(2 * 14);
    }

    /** Two raises with one cut; false if they ended before it. */
    private boolean lives(Path socket, int step, boolean done) throws Exception {
        bench.forget();
        bench.disk.putBack(Map.of());
        bench.power.cutAt(step, done);
        long told = 0;
        boolean cut = false;
        try {
            TpmFloor floor = new TpmFloor(Tpm.at(socket), bench.storage());
            floor.raise(4);
            told = 4;
            floor.raise(9);
            told = 9;
        } catch (IOException off) {
            cut = true;
            assertThat(bench.power.isOn()).as("step %d: %s", step, off).isFalse();
        }
        bench.power.switchOn();
        String where = "step %d, %s".formatted(step, done ? "done" : "not done");
        long left = bench.floor().floor();
        assertThat(left).as(where).isIn(0L, 4L, 9L).isGreaterThanOrEqualTo(told);
        // It goes on by itself, and then no copy of anything that ever lay there is of use.
        bench.floor().raise(9);
        assertThat(bench.floor().floor()).as(where).isEqualTo(9);
        Map<String, byte[]> latest = bench.disk.copy();
        for (Map<String, byte[]> copy : List.copyOf(bench.disk.copies)) {
            bench.disk.putBack(copy);
            bench.requireNotBelow(9, where);
        }
        bench.disk.putBack(latest);
        bench.disk.copies.clear();
        return cut;
    }

    /**
     * A thief who cuts the power where they like and puts any copy back between the attempts, to
     * have a record of an older floor that counts.
     */
    @Test
    void noPlayWithCutsAndCopiesLowersAFloorThatWasRaised() throws Exception {
        Random random = new Random(SEED);
        Path socket = directory.resolve("powered");
        long raised = 0;
        int completed = 0;
        try (ScriptedTpm _ = bench.powered(socket)) {
            for (int attempt = 1; attempt <= 40; attempt++) {
                if (!bench.disk.copies.isEmpty() && random.nextBoolean()) {
                    bench.disk.putBack(
                            bench.disk.copies.get(random.nextInt(bench.disk.copies.size())));
                }
                if (random.nextInt(4) != 0) {
                    bench.power.cutAt(random.nextInt(6), random.nextBoolean());
                }
                try {
                    new TpmFloor(Tpm.at(socket), bench.storage()).raise(attempt);
                    raised = attempt;
                    completed++;
                } catch (IOException offOrNoticed) {
                    assertThat(offOrNoticed).hasMessageNotContaining("null");
                }
                bench.power.switchOn();
                for (Map<String, byte[]> copy : List.copyOf(bench.disk.copies)) {
                    bench.disk.putBack(copy);
                    bench.requireNotBelow(raised, "seed %d, attempt %d".formatted(SEED, attempt));
                }
                bench.disk.putBack(counting());
            }
        }
        assertThat(completed).as("seed %d", SEED).isGreaterThan(5);
    }

    /** A copy that counts, so that the play goes on. */
    private Map<String, byte[]> counting() throws IOException {
        for (Map<String, byte[]> copy : bench.disk.copies.reversed()) {
            bench.disk.putBack(copy);
            try {
                long _ = bench.floor().floor();
                return copy;
            } catch (FloorUnavailable older) {
                assertThat(older.getMessage()).isNotEmpty();
            }
        }
        return Map.of();
    }
}
