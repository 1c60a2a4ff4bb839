/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.Slot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of an update on slots of both kinds. */
@Timeout(60)
class UpdaterTest {

    private static final HealthProbe HEALTHY = Health.Healthy::new;

    @TempDir Path root;

    private UpdateBench made(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = new UpdateBench(kind);
        bench.make(root);
        return bench;
    }

    private Updater switched(UpdateBench bench, String version, long counter) throws Exception {
        Updater updater = bench.open(root, bench.boot(root));
        assertThat(updater.stage(bench.order(version, counter), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
        assertThat(updater.switchOver()).isEqualTo(new StageOutcome.Staged());
        return updater;
    }

    @ParameterizedTest
    @EnumSource
    void confirmsAVersionThatIsHealthy(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        Updater old = switched(bench, "1.1", 11);
        assertThat(old.standing()).isEqualTo(new Standing.Switched(bench.order("1.1", 11)));

        Slot trial = bench.boot(root);
        assertThat(bench.version(root, trial)).isEqualTo("1.1");
        Updater updater = bench.open(root, trial);
        assertThat(updater.standing())
                .isEqualTo(new Standing.OnTrial(Optional.of(bench.order("1.1", 11))));
        assertThat(updater.watchTrial(HEALTHY)).isEqualTo(new TrialEnd.Confirmed());

        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
        assertThat(bench.boot(root)).isEqualTo(trial);
        assertThat(updater.reports())
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.version()).isEqualTo("1.1");
                            assertThat(report.end()).isEqualTo(UpdateReport.End.CONFIRMED);
                        });
        assertThat(bench.floor(root).floor()).isEqualTo(5);
        updater.delivered(updater.reports().getFirst());
        assertThat(bench.open(root, trial).reports()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void goesBackWhenTheNewVersionNeverSaysAnything(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        var _ = switched(bench, "1.2", 12);
        for (int boot = 0; boot < bench.terms.trialBoots(); boot++) {
            assertThat(bench.boot(root)).isEqualTo(Slot.B);
        }

        Slot back = bench.boot(root);
        assertThat(bench.version(root, back)).isEqualTo("1.0");
        Updater updater = bench.open(root, back);
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
        assertReverted(updater, "ended before it said");
        // It waits until somebody has it, over any number of starts.
        assertReverted(bench.open(root, bench.boot(root)), "ended before it said");
        assertThat(bench.floor(root).floor()).isZero();
    }

    private static void assertReverted(Updater updater, String why) {
        assertThat(updater.reports())
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.version()).isEqualTo("1.2");
                            assertThat(report.end()).isEqualTo(UpdateReport.End.REVERTED);
                            assertThat(report.reason()).contains(why);
                        });
    }

    @ParameterizedTest
    @EnumSource
    void goesBackAtOnceWhenTheProbeSaysItNeverWillBeHealthy(UpdateBench.Kind kind)
            throws Exception {
        UpdateBench bench = made(kind);
        var _ = switched(bench, "1.2", 12);
        Updater trial = bench.open(root, bench.boot(root));
        assertThat(trial.watchTrial(() -> new Health.Failed("no heater")))
                .isEqualTo(new TrialEnd.GivenUp("no heater"));
        Slot back = bench.boot(root);
        assertThat(back).isEqualTo(Slot.A);
        assertReverted(bench.open(root, back), "no heater");
    }

    @ParameterizedTest
    @EnumSource
    void goesBackWhenTheServerIsNotReachedInTimeWhateverTheClockShows(UpdateBench.Kind kind)
            throws Exception {
        UpdateBench bench = made(kind);
        var _ = switched(bench, "1.2", 12);
        for (int boot = 0; boot < bench.terms.trialBoots(); boot++) {
            Slot slot = bench.boot(root);
            // The clock jumps by ten years, which neither ends the trial nor prolongs it.
            bench.time.advance(Duration.ofDays(boot == 0 ? 3653 : -3653));
            long[] nanos = {0};
            List<Long> looks = new ArrayList<>();
            TrialEnd end =
                    bench.openTimed(root, slot, () -> nanos[0], _ -> {})
                            .watchTrial(
                                    () -> {
                                        looks.add(nanos[0]);
                                        nanos[0] += Duration.ofMinutes(1).toNanos();
                                        return new Health.NotYet("no server");
                                    });
            assertThat(end).isInstanceOf(TrialEnd.GivenUp.class);
            assertThat(looks).hasSize(5);
        }
        assertReverted(bench.open(root, bench.boot(root)), "not healthy within 300 s: no server");
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsBelowTheFloorAndTakesWhatIsOnIt(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        bench.floor(root).raise(12);
        bench.floor(root).raise(3);
        Updater updater = bench.open(root, Slot.A);
        assertThat(updater.stage(bench.order("1.1", 11), bench.source()))
                .isEqualTo(
                        new StageOutcome.Refused("its counter 11 is below the rollback floor 12"));
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
        assertThat(updater.reports()).hasSize(1);
        assertThat(updater.stage(bench.order("1.2", 12), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnotherReleaseWhileOneIsOnTrial(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        Updater before = switched(bench, "1.1", 11);
        assertThat(before.stage(bench.order("1.2", 12), bench.source()))
                .isInstanceOf(StageOutcome.Refused.class);
        Slot trial = bench.boot(root);
        Updater updater = bench.open(root, trial);
        assertThat(updater.stage(bench.order("1.2", 12), bench.source()))
                .isInstanceOf(StageOutcome.Refused.class);
        assertThat(bench.version(root, Slot.A)).isEqualTo("1.0");
        assertThat(updater.watchTrial(HEALTHY)).isEqualTo(new TrialEnd.Confirmed());
    }

    @ParameterizedTest
    @EnumSource
    void refusesWrongBytesAndLeavesNothingOfThem(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        Updater updater = bench.open(root, Slot.A);
        byte[] other = bench.artifact("1.1");
        other[other.length / 2] ^= 1;
        assertThat(
                        updater.stage(
                                bench.order("1.1", 11),
                                (_, offset) ->
                                        new ByteArrayInputStream(
                                                other, (int) offset, other.length)))
                .isInstanceOfSatisfying(
                        StageOutcome.Refused.class,
                        refused -> assertThat(refused.why()).contains("SHA-256"));
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
        assertThatThrownBy(updater::switchOver).isInstanceOf(IllegalStateException.class);
        assertThat(bench.boot(root)).isEqualTo(Slot.A);
        if (kind == UpdateBench.Kind.DIRECTORIES) {
            assertThat(root.resolve("slots/incoming")).doesNotExist();
            assertThat(root.resolve("slots/b")).doesNotExist();
        }
        assertThat(updater.stage(bench.order("1.1", 11), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
    }

    @ParameterizedTest
    @EnumSource
    void refusesToSwitchToWhatWasAlteredAtRest(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        Updater updater = bench.open(root, Slot.A);
        assertThat(updater.stage(bench.order("1.1", 11), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
        Path file =
                kind == UpdateBench.Kind.IMAGES
                        ? root.resolve("b.img")
                        : root.resolve("slots/b/lib/tank.jar");
        byte[] content = Files.readAllBytes(file);
        content[content.length / 3] ^= 1;
        Files.write(file, content, StandardOpenOption.WRITE);
        assertThat(updater.switchOver())
                .isInstanceOfSatisfying(
                        StageOutcome.Refused.class,
                        refused -> assertThat(refused.why()).startsWith("altered since"));
        assertThat(bench.boot(root)).isEqualTo(Slot.A);
        assertThat(bench.open(root, Slot.A).reports())
                .extracting(UpdateReport::end)
                .containsExactly(UpdateReport.End.FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereTheSourceStopped(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        byte[] whole = bench.artifact("1.1");
        List<Long> offsets = new ArrayList<>();
        ArtifactSource stopping =
                (_, offset) -> {
                    offsets.add(offset);
                    int end = (int) Math.min(whole.length, offset + 40_000);
                    return new ByteArrayInputStream(whole, (int) offset, end - (int) offset);
                };
        StageOutcome outcome = new StageOutcome.Interrupted(0, "");
        while (outcome instanceof StageOutcome.Interrupted) {
            // Another process each time: what counts is on the medium.
            outcome = bench.open(root, Slot.A).stage(bench.order("1.1", 11), stopping);
        }
        assertThat(outcome).isEqualTo(new StageOutcome.Staged());
        assertThat(offsets).hasSizeGreaterThan(3).doesNotHaveDuplicates().isSorted();
    }

    @ParameterizedTest
    @EnumSource
    void endsASourceThatGivesTooLittle(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        Trickle trickle = new Trickle();
        Thread pusher =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        trickle.begun.await();
                                        var _ = bench.time.awaitRestOf("breakwater-download-pace");
                                        bench.time.advance(bench.terms.paceWindow());
                                    } catch (InterruptedException ended) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        assertThat(bench.open(root, Slot.A).stage(bench.order("1.1", 11), (_, _) -> trickle))
                .isEqualTo(
                        new StageOutcome.Interrupted(
                                3, "the source gave fewer than 1024 bytes in 30 s"));
        pusher.join();
    }

    /** Three bytes, and then nothing until it is closed. */
    private static final class Trickle extends InputStream {

        final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private int given;

        @Override
        public int read() throws IOException {
            throw new IOException("read by blocks");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (given < 3) {
                target[offset] = 1;
                given++;
                return 1;
            }
            begun.countDown();
            try {
                closed.await();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNoMoreThanWasOrderedFromAnEndlessSource(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        byte[] whole = bench.artifact("1.1");
        long[] given = {0};
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return given[0] < whole.length ? whole[(int) given[0]++] & 0xff : 7;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        for (int index = 0; index < length; index++) {
                            target[offset + index] = (byte) read();
                        }
                        return length;
                    }
                };
        assertThat(bench.open(root, Slot.A).stage(bench.order("1.1", 11), (_, _) -> endless))
                .isEqualTo(new StageOutcome.Staged());
        assertThat(given[0]).isEqualTo(whole.length);
    }

    @ParameterizedTest
    @EnumSource
    void beginsAnewWhenWhatWasDownloadedIsGone(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        byte[] whole = bench.artifact("1.1");
        assertThat(
                        bench.open(root, Slot.A)
                                .stage(
                                        bench.order("1.1", 11),
                                        (_, _) -> new ByteArrayInputStream(whole, 0, 70_000)))
                .isInstanceOf(StageOutcome.Interrupted.class);
        Path arriving = root.resolve(kind == UpdateBench.Kind.IMAGES ? "b.img" : "slots/incoming");
        byte[] garbage = new byte[UpdateBench.IMAGE_SLOT_BYTES];
        Files.write(arriving, kind == UpdateBench.Kind.IMAGES ? garbage : new byte[10]);
        StageOutcome outcome =
                bench.open(root, Slot.A).stage(bench.order("1.1", 11), bench.source());
        // An image's prefix is there, and wrong: noticed at the end, and never booted.
        assertThat(outcome)
                .isInstanceOf(
                        kind == UpdateBench.Kind.IMAGES
                                ? StageOutcome.Refused.class
                                : StageOutcome.Staged.class);
        assertThat(bench.open(root, Slot.A).stage(bench.order("1.1", 11), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
    }

    @ParameterizedTest
    @EnumSource
    void bootsWhatRunsWhenTheSelectorIsLost(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        for (String name : List.of("slots/selector", "env1", "env2")) {
            if (Files.exists(root.resolve(name))) {
                Files.write(root.resolve(name), new byte[512]);
            }
        }
        assertThat(bench.selector(root).read()).isEmpty();
        Slot running = bench.boot(root);
        assertThat(bench.version(root, running)).isEqualTo("1.0");
        Updater updater = bench.open(root, running);
        assertThat(bench.selector(root).read()).contains(BootChoice.of(Slot.A));
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
    }

    @ParameterizedTest
    @EnumSource
    void beginsAnewWhenItsMemoryIsLost(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        var _ = switched(bench, "1.1", 11);
        Files.write(root.resolve("survivors/update.sealed"), new byte[77]);
        Slot trial = bench.boot(root);
        Updater updater = bench.open(root, trial);
        assertThat(updater.standing()).isEqualTo(new Standing.OnTrial(Optional.empty()));
        assertThat(updater.watchTrial(HEALTHY)).isEqualTo(new TrialEnd.Confirmed());
        assertThat(bench.boot(root)).isEqualTo(trial);
    }

    @ParameterizedTest
    @EnumSource
    void installsNothingWhileTheFloorCannotBeRead(UpdateBench.Kind kind) throws Exception {
        UpdateBench bench = made(kind);
        bench.floor(root).raise(12);
        Files.write(root.resolve("survivors/update-floor.sealed"), new byte[77]);
        Updater updater = bench.open(root, Slot.A);
        assertThat(updater.stage(bench.order("1.2", 12), bench.source()).toString())
                .startsWith("Refused[why=the rollback floor is not known: ");
        assertThat(updater.standing()).isEqualTo(new Standing.Idle());
    }
}
