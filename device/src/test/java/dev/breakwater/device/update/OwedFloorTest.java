/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.tpm.ScriptedTpm;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A TPM that counts no more at the moment at which an update is confirmed. */
@Timeout(120)
class OwedFloorTest {

    /** TPM2_NV_Increment. */
    private static final int INCREMENT = 0x134;

    /** TPM_RC_NV_RATE: it writes no more for the moment. */
    private static final byte[] LATER = HexFormat.of().parseHex("80010000000a00000920");

    @TempDir Path directory;

    @Test
    void aVersionThatRunsWellRunsOnAndNothingIsInstalledUntilTheFloorIsRaised() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        AtomicBoolean tired = new AtomicBoolean();
        Path socket = directory.resolve("tiring");
        Path root = Files.createDirectory(directory.resolve("device"));
        try (BareTpm real = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                ScriptedTpm _ =
                        ScriptedTpm.listen(
                                socket,
                                command ->
                                        tired.get() && ScriptedTpm.code(command) == INCREMENT
                                                ? LATER
                                                : ScriptedTpm.asked(real.socket(), command))) {
            UpdateBench bench = new UpdateBench(UpdateBench.Kind.DIRECTORIES);
            bench.floors = survivors -> new TpmFloor(Tpm.at(socket), survivors);
            bench.make(root);
            Updater old = bench.open(root, bench.boot(root));
            assertThat(old.stage(bench.order("1.1", 12), bench.source()))
                    .isEqualTo(new StageOutcome.Staged());
            assertThat(old.switchOver()).isEqualTo(new StageOutcome.Staged());

            tired.set(true);
            Slot trial = bench.boot(root);
            Updater updater = bench.open(root, trial);
            assertThat(updater.watchTrial(Health.Healthy::new)).isEqualTo(new TrialEnd.Confirmed());
            assertThat(bench.boot(root)).isEqualTo(trial);
            assertThat(updater.reports())
                    .singleElement()
                    .satisfies(
                            report ->
                                    assertThat(report.end()).isEqualTo(UpdateReport.End.CONFIRMED));
            assertRefused(updater, bench);
            assertRefused(bench.open(root, trial), bench);
            assertThat(bench.floor(root).floor()).isZero();

            tired.set(false);
            Updater later = bench.open(root, trial);
            assertThat(bench.floor(root).floor()).isEqualTo(6);
            assertThat(later.stage(bench.order("1.2", 5), bench.source()).toString())
                    .contains("its counter 5 is below the rollback floor 6");
            assertThat(later.stage(bench.order("1.2", 14), bench.source()))
                    .isEqualTo(new StageOutcome.Staged());
        }
    }

    private static void assertRefused(Updater updater, UpdateBench bench) throws Exception {
        assertThat(updater.stage(bench.order("1.2", 14), bench.source()))
                .isInstanceOfSatisfying(
                        StageOutcome.Refused.class,
                        refused ->
                                assertThat(refused.why())
                                        .startsWith("the rollback floor is not known: ")
                                        .contains(
                                                "TPM2_NV_Increment",
                                                "it writes no more for the moment"));
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
    }
}
