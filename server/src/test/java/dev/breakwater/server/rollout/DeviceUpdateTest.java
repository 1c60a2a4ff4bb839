/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeviceUpdateTest {

    private static final Instant NOW = Instant.parse("2026-12-01T02:00:00Z");
    private static final Duration LEASE = Duration.ofHours(2);
    private static final ReleaseHash RELEASE = new ReleaseHash("a".repeat(64));
    private static final ReleaseHash OTHER = new ReleaseHash("b".repeat(64));
    private static final DeviceId DEVICE = DeviceId.fresh();
    private static final int ATTEMPTS = 2;
    private static final List<Progress.Step> STEPS = List.of(Progress.Step.values());
    private static final List<Failure> FAILURES = List.of(Failure.values());

    private final DeviceUpdate waiting = DeviceUpdate.waiting(DEVICE, 0);
    private final DeviceUpdate offered =
            waiting.offered(ATTEMPTS, NOW, NOW.plusSeconds(60)).orElseThrow();
    private final DeviceUpdate installing = progressed(offered, Progress.Step.DOWNLOADING, 10);
    private final DeviceUpdate trying = progressed(installing, Progress.Step.RESTARTING, 0);
    private final DeviceUpdate confirmed = runs(trying, RELEASE).orElseThrow();

    @Test
    void isConfirmedByWhatRunsAfterTheRestart() {
        assertThat(confirmed.state()).isEqualTo(UpdateState.CONFIRMED);
        assertThat(confirmed.attempts()).isEqualTo(1);
        assertThat(confirmed.until()).isEmpty();
        assertThat(confirmed.countsAsFailed()).isFalse();
    }

    @Test
    void successWithoutAnInstallationIsNone() {
        for (DeviceUpdate before : List.of(refused(), confirmed)) {
            assertThat(runs(before, RELEASE)).as(before.state().code()).isEmpty();
        }
        // Nothing says that it took the offer: nothing is left to offer, and nothing was proven.
        for (DeviceUpdate before : List.of(waiting, offered, asking())) {
            assertThat(runs(before, RELEASE).orElseThrow().state())
                    .as(before.state().code())
                    .isEqualTo(UpdateState.INELIGIBLE);
            assertThat(before.runs(RELEASE, RELEASE, false, NOW)).isEmpty();
            assertThat(runs(before, OTHER)).isEmpty();
        }
    }

    @Test
    void whoTookItsOfferUnheardHasMadeAnAttemptThatEndsAsAnyOther() {
        DeviceUpdate lapsed = offered.overdue(NOW.plusSeconds(60), NOW).orElseThrow();
        for (DeviceUpdate before :
                List.of(
                        offered,
                        asking(),
                        lapsed,
                        lapsed.approved().orElseThrow(),
                        offered.withdrawn().orElseThrow())) {
            DeviceUpdate begun = before.begunUnheard(NOW, LEASE).orElseThrow();

            assertThat(begun.state()).isEqualTo(UpdateState.TRYING);
            assertThat(begun.attempts()).isEqualTo(1);
            assertThat(runs(begun, RELEASE).orElseThrow().state()).isEqualTo(UpdateState.CONFIRMED);
            assertThat(runs(begun, OTHER).orElseThrow().failure()).contains(Failure.REVERTED);
            assertThat(begun.overdue(NOW.plus(LEASE), NOW).orElseThrow().failure())
                    .contains(Failure.SILENT);
        }
    }

    @Test
    void whoWasNotToldOrHasSpokenSinceTookNoOfferUnheard() {
        DeviceUpdate failed = installing.failed(Failure.NOT_INSTALLED, NOW).orElseThrow();
        for (DeviceUpdate before :
                List.of(
                        waiting,
                        waiting.approved().orElseThrow(),
                        waiting.withdrawn().orElseThrow(),
                        asking().postponed(NOW).orElseThrow(),
                        refused(),
                        refused().approved().orElseThrow(),
                        installing,
                        trying,
                        confirmed,
                        failed,
                        failed.waitsAgain(ATTEMPTS, NOW).orElseThrow(),
                        offered.ineligible().orElseThrow())) {
            assertThat(before.begunUnheard(NOW, LEASE)).as(before.state().code()).isEmpty();
        }
    }

    @Test
    void whenAnOfferLapsedIsNothingThatIsWaitedFor() {
        DeviceUpdate lapsed = offered.overdue(NOW.plusSeconds(60), NOW).orElseThrow();

        assertThat(lapsed.until()).contains(NOW.plusSeconds(60));
        assertThat(lapsed.awaited()).isEmpty();
        assertThat(lapsed.mayBeOffered(ATTEMPTS, NOW)).isTrue();
        assertThat(offered.awaited()).contains(NOW.plusSeconds(60));
    }

    @Test
    void oneThatRunsTheReleaseAndIsNotWellIsStillOnTrial() {
        assertThat(trying.runs(RELEASE, RELEASE, false, NOW)).isEmpty();
    }

    @Test
    void oneThatRunsAnotherReleaseAfterItsRestartHasGoneBack() {
        DeviceUpdate reverted = runs(trying, OTHER).orElseThrow();

        assertThat(reverted.failure()).contains(Failure.REVERTED);
        assertThat(reverted.countsAsFailed()).isTrue();
        assertThat(runs(installing, OTHER)).as("before its restart it runs what it ran").isEmpty();
    }

    @Test
    void progressOnlyGrows() {
        DeviceUpdate further = progressed(installing, Progress.Step.WRITING, 50);

        assertThat(further.progressed(new Progress(Progress.Step.WRITING, 49), NOW, LEASE))
                .isEmpty();
        assertThat(further.progressed(new Progress(Progress.Step.WRITING, 50), NOW, LEASE))
                .isEmpty();
        assertThat(further.progressed(new Progress(Progress.Step.DOWNLOADING, 99), NOW, LEASE))
                .isEmpty();
        assertThat(further.progressed(new Progress(Progress.Step.WRITING, 51), NOW, LEASE))
                .isPresent();
        assertThatThrownBy(() -> new Progress(Progress.Step.WRITING, 101))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Progress(Progress.Step.WRITING, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void silenceOfOneThatHasBegunIsFailure() {
        Instant end = NOW.plus(LEASE);

        assertThat(installing.overdue(end.minusMillis(1), end)).isEmpty();
        assertThat(installing.overdue(end, end).orElseThrow().failure()).contains(Failure.SILENT);
        assertThat(trying.overdue(end, end).orElseThrow().failure()).contains(Failure.SILENT);
    }

    @Test
    void silenceOfOneThatHasNotBegunIsNone() {
        DeviceUpdate again = offered.overdue(NOW.plusSeconds(60), NOW).orElseThrow();

        assertThat(again.state()).isEqualTo(UpdateState.WAITING);
        assertThat(again.attempts()).isZero();
        assertThat(again.countsAsFailed()).isFalse();
    }

    @Test
    void oneThatWasOnlyLateIsConfirmed() {
        DeviceUpdate silent = trying.overdue(NOW.plus(LEASE), NOW).orElseThrow();

        assertThat(runs(silent, RELEASE).orElseThrow().countsAsFailed()).isFalse();
        DeviceUpdate again = silent.waitsAgain(ATTEMPTS, NOW).orElseThrow();
        assertThat(runs(again, RELEASE).orElseThrow().state()).isEqualTo(UpdateState.CONFIRMED);
        DeviceUpdate notInstalled = installing.failed(Failure.NOT_INSTALLED, NOW).orElseThrow();
        assertThat(runs(notInstalled, RELEASE)).as("it had said that it failed").isEmpty();
    }

    @Test
    void attemptsEnd() {
        Instant retry = NOW.plusSeconds(100);
        DeviceUpdate failed = installing.failed(Failure.NOT_INSTALLED, retry).orElseThrow();
        assertThat(failed.offered(ATTEMPTS, retry.minusMillis(1), retry)).isEmpty();

        DeviceUpdate second = failed.offered(ATTEMPTS, retry, retry.plusSeconds(60)).orElseThrow();
        assertThat(second.countsAsFailed()).as("until it succeeds").isTrue();
        DeviceUpdate failedAgain =
                progressed(second, Progress.Step.DOWNLOADING, 1)
                        .failed(Failure.NOT_INSTALLED, retry)
                        .orElseThrow();

        assertThat(failedAgain.attempts()).isEqualTo(2);
        assertThat(failedAgain.offered(ATTEMPTS, retry.plusSeconds(1), retry)).isEmpty();
    }

    @Test
    void whatAnOwnerDecidesIsNoFailure() {
        DeviceUpdate postponed = asking().postponed(NOW.plusSeconds(600)).orElseThrow();

        assertThat(refused().countsAsFailed()).isFalse();
        assertThat(postponed.countsAsFailed()).isFalse();
        assertThat(postponed.offered(ATTEMPTS, NOW.plusSeconds(599), NOW)).isEmpty();
        assertThat(postponed.offered(ATTEMPTS, NOW.plusSeconds(600), NOW)).isPresent();
        assertThat(refused().offered(ATTEMPTS, NOW.plusSeconds(600), NOW)).isEmpty();
        assertThat(installing.refused()).as("it has begun").isEmpty();
        assertThat(installing.postponed(NOW)).as("it has begun").isEmpty();
    }

    @Test
    void oneThatIsNotWellWhileItSoaksHasFailed() {
        DeviceUpdate relapsed = confirmed.failed(Failure.RELAPSED, NOW).orElseThrow();

        assertThat(relapsed.countsAsFailed()).isTrue();
        assertThat(confirmed.failed(Failure.REVERTED, NOW)).isEmpty();
    }

    @Test
    void abortingLeavesAloneWhoHasBegun() {
        assertThat(waiting.withdrawn()).isPresent();
        assertThat(offered.withdrawn()).isPresent();
        assertThat(asking().withdrawn()).isPresent();
        assertThat(installing.withdrawn()).isEmpty();
        assertThat(trying.withdrawn()).isEmpty();
        assertThat(confirmed.withdrawn()).isEmpty();
        assertThat(runs(waiting.withdrawn().orElseThrow(), RELEASE)).isEmpty();
    }

    /** Messages that are repeated, late and out of order, as a hostile device would send them. */
    @Test
    void noOrderOfMessagesConfirmsWithoutAnAttemptOrMakesMoreThanItsAttempts() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            DeviceUpdate update = waiting;
            Instant time = NOW;
            for (int i = 0; i < 60; i++) {
                time = time.plusSeconds(random.nextInt(4_000));
                update = step(random, update, time).orElse(update);

                assertThat(update.attempts()).as("seed %d", seed).isLessThanOrEqualTo(ATTEMPTS);
                if (update.state() == UpdateState.CONFIRMED) {
                    assertThat(update.attempts()).as("seed %d", seed).isPositive();
                }
            }
        }
    }

    private static Optional<DeviceUpdate> step(Random random, DeviceUpdate from, Instant time) {
        Instant later = time.plusSeconds(random.nextInt(10_000));
        return switch (random.nextInt(10)) {
            case 0 -> from.offered(ATTEMPTS, time, later);
            case 1 -> from.asking(later);
            case 2 -> from.postponed(later);
            case 3 ->
                    from.progressed(
                            new Progress(any(random, STEPS), random.nextInt(101)), time, LEASE);
            case 4 -> from.runs(RELEASE, RELEASE, random.nextBoolean(), later);
            case 5 -> from.runs(RELEASE, OTHER, true, later);
            case 6 -> from.failed(any(random, FAILURES), later);
            case 7 -> from.overdue(time, later);
            case 8 -> from.begunUnheard(time, LEASE);
            default -> random.nextInt(20) == 0 ? from.refused() : Optional.empty();
        };
    }

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private DeviceUpdate asking() {
        return offered.asking(NOW.plusSeconds(3_600)).orElseThrow();
    }

    private DeviceUpdate refused() {
        return asking().refused().orElseThrow();
    }

    private static DeviceUpdate progressed(DeviceUpdate from, Progress.Step step, int percent) {
        return from.progressed(new Progress(step, percent), NOW, LEASE).orElseThrow();
    }

    private static Optional<DeviceUpdate> runs(DeviceUpdate from, ReleaseHash running) {
        return from.runs(RELEASE, running, true, NOW);
    }
}
