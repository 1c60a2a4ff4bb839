/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RunningStepTest {

    private static final Instant NOW = Instant.parse("2026-12-01T02:00:00Z");
    private static final ReleaseHash RELEASE = new ReleaseHash("a".repeat(64));
    private static final ReleaseHash OTHER = new ReleaseHash("b".repeat(64));
    private static final int ATTEMPTS = 2;
    private static final List<String> HARDWARE = List.of("rev-a", "rev-b");
    private static final RolloutEntry ENTRY = entry();

    private static RolloutEntry entry() {
        Rollout rollout =
                Rollout.propose(
                        RolloutId.fresh(),
                        OrganizationId.fresh(),
                        ProductId.fresh(),
                        RELEASE,
                        RolloutWorld.plan(1),
                        Approvals.proposedBy(MemberId.fresh(), Approvals.ONE_PERSON));
        return new RolloutEntry(
                rollout,
                new RolloutEntry.Installed(ReleaseId.fresh(), "1.1", 2, false),
                "one",
                NOW,
                1);
    }

    private static DevicePlace place(DeviceUpdate update) {
        return new DevicePlace(
                ENTRY.id(),
                new DeviceSerial("A-1"),
                0,
                update,
                "",
                false,
                Optional.empty(),
                NOW,
                1);
    }

    private static RunningFirmware says(
            Optional<ReleaseHash> hash, String version, long counter, String hardware) {
        return new RunningFirmware(hash, version, counter, hardware, true, NOW);
    }

    private static RunningFirmware runs(Optional<ReleaseHash> hash, boolean healthy, Instant now) {
        boolean isNew = hash.equals(Optional.of(RELEASE));
        return new RunningFirmware(
                hash, isNew ? "1.1" : "1.0", isNew ? 2 : 1, "rev-a", healthy, now);
    }

    @Test
    void whoNamesTheReleaseAndSaysOtherwiseOfItThanWasSignedContradictsIt() {
        Optional<ReleaseHash> wanted = Optional.of(RELEASE);
        assertThat(contradiction(says(wanted, "1.1", 2, "rev-b"))).isEmpty();
        assertThat(contradiction(says(wanted, "1.1", 3, "rev-b")).orElseThrow())
                .contains("counter 2");
        assertThat(contradiction(says(wanted, "1.2", 2, "rev-b")).orElseThrow()).contains("1.1");
        assertThat(contradiction(says(wanted, "1.1", 2, "rev-x")).orElseThrow()).contains("rev-x");
        // What is not the release is whatever the device says.
        assertThat(contradiction(says(Optional.of(OTHER), "9.9", 9, "rev-x"))).isEmpty();
        assertThat(contradiction(says(Optional.empty(), "1.1", 2, "rev-x"))).isEmpty();
    }

    private static Optional<String> contradiction(RunningFirmware said) {
        return new RunningStep(said).contradiction(ENTRY, HARDWARE);
    }

    /**
     * What a device has done, seen from itself: what comes of it must not depend on who heard it.
     */
    private static final class Witness {

        private Optional<Optional<ReleaseHash>> lastSaid = Optional.empty();
        private boolean holdsAnOffer;
        private boolean installedIt;
    }

    /**
     * Offers, lapses, approvals, progress and reports in whatever order: a device that is told, ran
     * something else before and then runs the release well is confirmed, whatever else was lost.
     * One that ran it before it was told, or never said what it ran, never is.
     */
    @Test
    void whoeverTookItsOfferIsConfirmedByWhatItRunsInWhateverOrderItIsHeard() {
        int confirmedUnheard = 0;
        int ranItBefore = 0;
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            DeviceUpdate update = DeviceUpdate.waiting(DeviceId.fresh(), 0);
            Witness witness = new Witness();
            Instant now = NOW;
            for (int i = 0; i < 40; i++) {
                now = now.plusSeconds(random.nextInt(4_000));
                DeviceUpdate before = update;
                if (random.nextInt(4) > 0) {
                    update = goesOn(random, update, witness, now).orElse(update);
                    continue;
                }
                boolean healthy = random.nextInt(3) > 0;
                Optional<ReleaseHash> hash =
                        random.nextInt(3) > 0 ? Optional.of(RELEASE) : Optional.of(OTHER);
                boolean begins =
                        hash.equals(Optional.of(RELEASE))
                                && witness.lastSaid.filter(last -> !last.equals(hash)).isPresent()
                                && witness.holdsAnOffer;
                update = heard(update, witness, hash, healthy, now);
                String run = "seed %d, step %d, from %s".formatted(seed, i, before);
                if (begins) {
                    assertThat(update.state())
                            .as(run)
                            .isEqualTo(healthy ? UpdateState.CONFIRMED : UpdateState.TRYING);
                    witness.holdsAnOffer = false;
                    witness.installedIt = true;
                    confirmedUnheard += healthy ? 1 : 0;
                } else if (update.state() == UpdateState.CONFIRMED) {
                    assertThat(witness.installedIt).as(run).isTrue();
                    witness.holdsAnOffer = false;
                } else if (update.state() == UpdateState.INELIGIBLE) {
                    ranItBefore += before.state() == UpdateState.OFFERED ? 1 : 0;
                    witness.holdsAnOffer = false;
                }
                assertThat(update.attempts()).as(run).isLessThanOrEqualTo(ATTEMPTS);
            }
        }
        // Orders in which neither happens prove nothing.
        assertThat(confirmedUnheard).isGreaterThan(100);
        assertThat(ranItBefore).isGreaterThan(100);
    }

    private static DeviceUpdate heard(
            DeviceUpdate update,
            Witness witness,
            Optional<ReleaseHash> hash,
            boolean healthy,
            Instant now) {
        Optional<RunningFirmware> ranBefore = witness.lastSaid.map(last -> runs(last, true, NOW));
        witness.lastSaid = Optional.of(hash);
        return new RunningStep(runs(hash, healthy, now))
                .from(ENTRY, place(update), ranBefore)
                .map(DevicePlace::update)
                .orElse(update);
    }

    /** What is no word about what runs. */
    private static Optional<DeviceUpdate> goesOn(
            Random random, DeviceUpdate update, Witness witness, Instant now) {
        return switch (random.nextInt(6)) {
            case 0 -> {
                Optional<DeviceUpdate> offered =
                        update.offered(ATTEMPTS, now, now.plusSeconds(random.nextInt(9_000)));
                witness.holdsAnOffer |= offered.isPresent();
                yield offered;
            }
            case 1 -> update.asking(now.plusSeconds(random.nextInt(9_000)));
            case 2 -> update.overdue(now, now);
            case 3 -> {
                Optional<DeviceUpdate> begun =
                        update.progressed(
                                new Progress(Progress.Step.WRITING, random.nextInt(101)),
                                now,
                                ENTRY.rollout().plan().lease());
                if (begun.isPresent()) {
                    witness.holdsAnOffer = false;
                    witness.installedIt = true;
                }
                yield begun;
            }
            case 4 -> {
                Optional<DeviceUpdate> postponed =
                        random.nextInt(4) == 0
                                ? update.postponed(now.plusSeconds(random.nextInt(9_000)))
                                : Optional.empty();
                witness.holdsAnOffer &= postponed.isEmpty();
                yield postponed;
            }
            default ->
                    random.nextInt(4) == 0 ? update.approved() : update.waitsAgain(ATTEMPTS, now);
        };
    }
}
