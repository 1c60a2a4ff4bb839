/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.testkit.power.Cut;
import dev.breakwater.testkit.power.PowerCuts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power goes at every single write of an update, good or bad, on slots of both kinds. Whatever
 * boots afterwards is a version that was verified, whole; nothing that somebody was told is undone;
 * and the update comes to its end by itself.
 */
@Timeout(240)
class UpdatePowerCutsTest {

    private static final HealthProbe HEALTHY = Health.Healthy::new;
    private static final HealthProbe BROKEN = () -> new Health.Failed("no heater");

    /** More starts than any update takes: whoever needs more hangs. */
    private static final int STARTS_MAX = 12;

    @ParameterizedTest
    @EnumSource
    void bootsAVerifiedVersionAfterACutAtEveryWriteOfAGoodUpdate(UpdateBench.Kind kind)
            throws Exception {
        UpdateBench bench = new UpdateBench(kind);
        PowerCuts.Played played =
                play(
                        bench,
                        (root, told) -> live(bench, root, told, "1.1", HEALTHY),
                        (root, cut) -> startAgain(bench, root, cut, "1.1", HEALTHY, "1.1"));
        DrillFigures.say("good update, " + kind, played);
        assertThat(played.writes()).isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource
    void bootsAVerifiedVersionAfterACutAtEveryWriteOfABadUpdate(UpdateBench.Kind kind)
            throws Exception {
        UpdateBench bench = new UpdateBench(kind);
        PowerCuts.Played played =
                play(
                        bench,
                        (root, told) -> live(bench, root, told, "1.2", BROKEN),
                        (root, cut) -> startAgain(bench, root, cut, "1.2", BROKEN, "1.0"));
        DrillFigures.say("bad update, " + kind, played);
        assertThat(played.writes()).isGreaterThan(20);
    }

    private static PowerCuts.Played play(
            UpdateBench bench, PowerCuts.Life life, PowerCuts.Restart restart) throws Exception {
        return new PowerCuts((root, _) -> bench.make(root), life, restart, bench.clock).play();
    }

    /** One update from offer to report, with as many starts as it takes. */
    private static void live(
            UpdateBench bench, Path root, PowerCuts.Told told, String version, HealthProbe probe)
            throws Exception {
        Updater first = bench.open(root, bench.boot(root));
        assertThat(first.stage(bench.order(version, 12), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
        told.acknowledge("staged");
        assertThat(first.switchOver()).isEqualTo(new StageOutcome.Staged());
        told.acknowledge("switched");
        Updater trial = bench.open(root, bench.boot(root));
        told.acknowledge(trial.watchTrial(probe).getClass().getSimpleName());
        Updater last = bench.open(root, bench.boot(root));
        told.acknowledge("ended");
        last.delivered(last.reports().getFirst());
        told.acknowledge("reported");
    }

    private static void startAgain(
            UpdateBench bench,
            Path root,
            Cut cut,
            String version,
            HealthProbe probe,
            String expected)
            throws Exception {
        Slot slot = bench.boot(root);
        String booted = bench.version(root, slot);
        assertThat(booted).isIn("1.0", version);
        if (cut.acknowledged("Confirmed")) {
            assertThat(booted).isEqualTo(version);
        }
        if (!cut.acknowledged("staged") || cut.acknowledged("GivenUp")) {
            assertThat(booted).isEqualTo("1.0");
        }
        Updater updater = bench.open(root, slot);
        if (cut.acknowledged("switched") && !cut.acknowledged("GivenUp")) {
            assertThat(updater.standing()).isNotInstanceOf(Standing.Staged.class);
        }
        assertKnownEnd(updater.reports(), version);
        if (cut.acknowledged("reported")) {
            assertThat(updater.reports()).isEmpty();
        }
        finish(bench, root, updater, slot, version, probe, cut.acknowledged("ended"));
        Slot settled = bench.boot(root);
        assertThat(bench.version(root, settled)).isEqualTo(expected);
        assertThat(bench.selector(root).read()).contains(BootChoice.of(settled));
        assertThat(bench.floor(root).floor()).isEqualTo(expected.equals(version) ? 6 : 0);
    }

    /** Goes on as a device does, until nothing is left to do. */
    private static void finish(
            UpdateBench bench,
            Path root,
            Updater begun,
            Slot booted,
            String version,
            HealthProbe probe,
            boolean over)
            throws Exception {
        Updater updater = begun;
        Slot slot = booted;
        boolean ended = over || !updater.reports().isEmpty();
        for (int start = 0; start < STARTS_MAX; start++) {
            switch (updater.standing()) {
                case Standing.OnTrial _ -> {
                    boolean confirmed = updater.watchTrial(probe) instanceof TrialEnd.Confirmed;
                    assertThat(confirmed).isEqualTo(probe.equals(HEALTHY));
                }
                case Standing.Downloading _ ->
                        assertThat(updater.stage(bench.order(version, 12), bench.source()))
                                .isEqualTo(new StageOutcome.Staged());
                case Standing.Staged _ ->
                        assertThat(updater.switchOver()).isEqualTo(new StageOutcome.Staged());
                case Standing.Switched _ -> {}
                case Standing.Idle _ -> {
                    if (ended) {
                        return;
                    }
                    assertThat(updater.stage(bench.order(version, 12), bench.source()))
                            .isEqualTo(new StageOutcome.Staged());
                }
            }
            slot = bench.boot(root);
            updater = bench.open(root, slot);
            ended |= !updater.reports().isEmpty();
        }
        throw new AssertionError("the update does not come to an end: " + updater.standing());
    }

    private static void assertKnownEnd(List<UpdateReport> reports, String version) {
        assertThat(reports).hasSizeLessThanOrEqualTo(1);
        assertThat(reports)
                .allSatisfy(
                        report -> {
                            assertThat(report.version()).isEqualTo(version);
                            assertThat(report.end())
                                    .isEqualTo(
                                            version.equals("1.1")
                                                    ? UpdateReport.End.CONFIRMED
                                                    : UpdateReport.End.REVERTED);
                        });
    }
}
