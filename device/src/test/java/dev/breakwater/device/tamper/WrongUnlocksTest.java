/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import static dev.breakwater.device.tamper.WrongUnlocks.Verdict.RIGHT;
import static dev.breakwater.device.tamper.WrongUnlocks.Verdict.TOO_MANY;
import static dev.breakwater.device.tamper.WrongUnlocks.Verdict.WRONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.testkit.power.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongUnlocksTest {

    @TempDir Path directory;

    @Test
    void countsWrongAttemptsOverRestartsUntilThereAreTooMany() throws IOException {
        assertThat(unlocks(directory).attempt(() -> false)).isEqualTo(WRONG);
        assertThat(unlocks(directory).attempt(() -> false)).isEqualTo(WRONG);
        assertThat(unlocks(directory).attempt(() -> false)).isEqualTo(TOO_MANY);
        AtomicInteger tried = new AtomicInteger();
        assertThat(
                        unlocks(directory)
                                .attempt(
                                        () -> {
                                            tried.incrementAndGet();
                                            return true;
                                        }))
                .isEqualTo(TOO_MANY);
        assertThat(tried).hasValue(0);
        assertThat(unlocks(directory).tampering())
                .isEqualTo(
                        new Tampering(
                                Tampering.Kind.TOO_MANY_WRONG_UNLOCKS,
                                "3 attempts to unlock were wrong"));
    }

    @Test
    void forgetsThemAfterARightOne() throws IOException {
        WrongUnlocks unlocks = unlocks(directory);
        for (int round = 0; round < 3; round++) {
            assertThat(unlocks.attempt(() -> false)).isEqualTo(WRONG);
            assertThat(unlocks.attempt(() -> false)).isEqualTo(WRONG);
            assertThat(unlocks.attempt(() -> true)).isEqualTo(RIGHT);
            assertThat(unlocks.count()).isZero();
        }
    }

    /** Cutting the power before the verdict is stored must not give an attempt away. */
    @Test
    void anAttemptThatWasMadeIsCountedWhateverCutItShort() throws Exception {
        PowerCuts.Played played =
                new PowerCuts(
                                (root, told) ->
                                        assertThat(
                                                        unlocks(root)
                                                                .attempt(
                                                                        () -> {
                                                                            told.acknowledge(
                                                                                    "tried");
                                                                            return false;
                                                                        }))
                                                .isEqualTo(WRONG),
                                (root, cut) -> {
                                    if (cut.acknowledged("tried")) {
                                        assertThat(unlocks(root).count()).isEqualTo(1);
                                    }
                                })
                        .play();
        DrillFigures.say("a wrong unlock", played);
        assertThat(played.writes()).isGreaterThan(5);
    }

    @Test
    void refusesACountThatWasChanged() throws IOException {
        assertThat(unlocks(directory).attempt(() -> false)).isEqualTo(WRONG);
        Files.write(directory.resolve("survivors/wrong-unlocks.sealed"), new byte[41]);
        assertThatThrownBy(() -> unlocks(directory).attempt(() -> true))
                .isInstanceOf(SealedStorage.Damaged.class);
    }

    @Test
    void refusesToAllowTooFewOrTooMany() throws IOException {
        SealedStorage survivors = survivors(directory);
        assertThatIllegalArgumentException().isThrownBy(() -> new WrongUnlocks(survivors, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new WrongUnlocks(survivors, 101));
    }

    private static WrongUnlocks unlocks(Path root) throws IOException {
        return new WrongUnlocks(survivors(root), 3);
    }

    private static SealedStorage survivors(Path root) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("survivors")),
                WrappingKeyFile.openOrCreate(root.resolve("survivors.key")),
                StorageManifest.ofSurvivors(),
                InstantSource.system());
    }
}
