/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.update.slot.ArtifactRefused;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.BootSelector;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.device.update.slot.Slots;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a release into the spare slot, has it booted on trial, and confirms it or lets it go.
 *
 * <pre>{@code
 * Updater updater = Updater.open(slots, slots.selector(), running, survivors, floor, UpdateTerms.usual(), environment);
 * if (updater.standing() instanceof Standing.OnTrial
 *         && updater.watchTrial(probe) instanceof TrialEnd.GivenUp) {
 *     System.exit(Launcher.RESTART);
 * }
 * for (UpdateReport report : updater.reports()) {
 *     deliver(report);
 *     updater.delivered(report);
 * }
 * if (updater.stage(order, source) instanceof StageOutcome.Staged
 *         && updater.switchOver() instanceof StageOutcome.Staged) {
 *     System.exit(Launcher.RESTART);
 * }
 * }</pre>
 *
 * <p>What a crash between two steps leaves is put in order by {@link #open}: a download goes on
 * from its last checkpoint, a switch that was not made is made again by whoever asks for it, a
 * confirmation that was made is finished. The order of writes is: the memory says "trial" before
 * the selector does, and the selector says "confirmed" before the memory does.
 *
 * <p>Methods may be called by any thread; one runs at a time. An {@link IOException} means that the
 * medium failed, and that nothing was begun that {@link #open} does not put in order.
 */
public final class Updater {

    private static final Logger LOG = LoggerFactory.getLogger(Updater.class);

    /** How often a version on trial is asked how it is. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Slots slots;
    private final BootSelector selector;
    private final Slot running;
    private final UpdateRecord record;
    private final FloorGate floor;
    private final UpdateTerms terms;
    private final AgentEnvironment environment;
    private final LongSupplier nanoTime;

    /** Held by the one operation that may run; what is only asked needs no turn. */
    private final ReentrantLock turn = new ReentrantLock();

    /** With a timer of one's own, in nanoseconds. */
    Updater(
            Slots slots,
            BootSelector selector,
            Slot running,
            SealedStorage survivors,
            RollbackFloor floor,
            UpdateTerms terms,
            AgentEnvironment environment,
            LongSupplier nanoTime)
            throws IOException {
        this.slots = slots;
        this.selector = selector;
        this.running = running;
        this.record = new UpdateRecord(survivors, environment.clock());
        this.floor = new FloorGate(floor, record);
        this.terms = terms;
        this.environment = environment;
        this.nanoTime = nanoTime;
        putInOrder();
    }

    /**
     * Opens the updater and puts in order what the last run left; to be called at each start.
     *
     * @param running the slot this process was started from
     * @param survivors storage that outlives an erasure and declares {@code update}
     * @throws IOException if the medium or the selector cannot be used; the product may well run on
     */
    public static Updater open(
            Slots slots,
            BootSelector selector,
            Slot running,
            SealedStorage survivors,
            RollbackFloor floor,
            UpdateTerms terms,
            AgentEnvironment environment)
            throws IOException {
        return new Updater(
                slots, selector, running, survivors, floor, terms, environment, System::nanoTime);
    }

    private void putInOrder() throws IOException {
        var _ = floor.raiseOwed();
        Optional<BootChoice> read = selector.read();
        if (read.isEmpty()) {
            rebuildSelector();
            return;
        }
        BootChoice choice = read.get();
        if (choice.confirmed() != running) {
            return;
        }
        Optional<Attempt> trial = record.in(Attempt.Phase.TRIAL);
        if (trial.isEmpty()) {
            if (choice.trial().isPresent()) {
                selector.write(BootChoice.of(running));
            }
        } else if (trial.get().slot() == running) {
            finishConfirmation(trial.get());
        } else if (choice.trial().isEmpty()) {
            // The switch was not made: the release is as staged as before.
            record.put(trial.get().in(Attempt.Phase.STAGED));
        } else if (choice.trial().get().bootsLeft() == 0) {
            revert(trial.get());
        }
    }

    /** What runs has booted, so it can: that is all that is known. */
    private void rebuildSelector() throws IOException {
        Optional<Attempt> trial = record.in(Attempt.Phase.TRIAL);
        boolean onTrial = trial.filter(attempt -> attempt.slot() == running).isPresent();
        LOG.warn("The boot selector could not be read and is written anew");
        selector.write(
                onTrial ? BootChoice.of(running.other()).withTrial(0) : BootChoice.of(running));
        if (!onTrial && trial.isPresent()) {
            record.put(trial.get().in(Attempt.Phase.STAGED));
        }
    }

    private void revert(Attempt trial) throws IOException {
        String why =
                trial.failure().isEmpty() ? "it ended before it said how it is" : trial.failure();
        record.end(trial, UpdateReport.End.REVERTED, "not confirmed in its boots on trial: " + why);
        slots.clear(trial.slot());
        selector.write(BootChoice.of(running));
    }

    /** Where the updater stands. */
    public Standing standing() throws IOException {
        Optional<Attempt> attempt = record.attempt();
        if (choice().confirmed() != running) {
            return new Standing.OnTrial(
                    attempt.filter(some -> some.slot() == running).map(Attempt::order));
        }
        return attempt.map(Attempt::standing).orElseGet(Standing.Idle::new);
    }

    /**
     * Fetches a release into the spare slot and verifies it there; goes on where an interrupted
     * call for the same order stopped. An order for another release replaces one that is not on
     * trial yet. Takes as long as the source takes, within its minimum pace.
     */
    public StageOutcome stage(InstallationOrder order, ArtifactSource source) throws IOException {
        turn.lock();
        try {
            return stageInTurn(order, source);
        } finally {
            turn.unlock();
        }
    }

    private StageOutcome stageInTurn(InstallationOrder order, ArtifactSource source)
            throws IOException {
        Optional<String> refusal = refusal(order);
        if (refusal.isPresent()) {
            record.refuse(Attempt.begin(order, running.other()), refusal.get());
            return new StageOutcome.Refused(refusal.get());
        }
        Attempt attempt = attemptFor(order);
        if (attempt.phase() == Attempt.Phase.STAGED) {
            return new StageOutcome.Staged();
        }
        try {
            new Fetch(slots, record, new Download(terms, environment.pause())).run(attempt, source);
            slots.settle(attempt.slot(), order.artifact());
            slots.verify(attempt.slot(), order.artifact());
        } catch (Download.SourceFailed later) {
            return new StageOutcome.Interrupted(
                    record.attempt().map(Attempt::bytes).orElse(0L),
                    String.valueOf(later.getMessage()));
        } catch (ArtifactRefused never) {
            return abandon(attempt, String.valueOf(never.getMessage()));
        } catch (ClosedByInterruptException stopped) {
            throw stopped;
        } catch (IOException medium) {
            return abandon(attempt, "the medium did not take it: " + medium.getMessage());
        }
        record.put(attempt.at(order.artifact().lengthBytes()).in(Attempt.Phase.STAGED));
        return new StageOutcome.Staged();
    }

    private Optional<String> refusal(InstallationOrder order) throws IOException {
        if (choice().confirmed() != running || record.in(Attempt.Phase.TRIAL).isPresent()) {
            return Optional.of("a version is on trial; wait until it is confirmed or reverted");
        }
        Optional<String> older = floor.refusal(order);
        if (older.isPresent()) {
            return older;
        }
        long longest = slots.lengthBytesMax(running.other());
        return order.artifact().lengthBytes() > longest
                ? Optional.of(
                        "it has %d bytes and the slot takes %d"
                                .formatted(order.artifact().lengthBytes(), longest))
                : Optional.empty();
    }

    private Attempt attemptFor(InstallationOrder order) throws IOException {
        Slot spare = running.other();
        Optional<Attempt> same =
                record.attempt()
                        .filter(attempt -> attempt.order().equals(order))
                        .filter(attempt -> attempt.slot() == spare);
        if (same.isPresent()) {
            return same.get();
        }
        Attempt begun = Attempt.begin(order, spare);
        record.put(begun);
        slots.clear(spare);
        return begun;
    }

    private StageOutcome abandon(Attempt attempt, String why) throws IOException {
        LOG.warn("Release {} is not installed: {}", attempt.order(), why);
        // Room first: on a full medium the report could not be written otherwise.
        slots.clear(attempt.slot());
        record.end(attempt, UpdateReport.End.FAILED, why);
        return new StageOutcome.Refused(why);
    }

    /**
     * Verifies the staged release once more, where it lies, and has it booted on trial at the next
     * restart. {@link StageOutcome.Refused} if it was altered since.
     *
     * @throws IllegalStateException if nothing is staged
     */
    public StageOutcome switchOver() throws IOException {
        turn.lock();
        try {
            return switchInTurn();
        } finally {
            turn.unlock();
        }
    }

    private StageOutcome switchInTurn() throws IOException {
        Attempt attempt =
                record.in(Attempt.Phase.STAGED)
                        .orElseThrow(() -> new IllegalStateException("nothing is staged"));
        if (choice().confirmed() != running) {
            throw new IllegalStateException("what runs is on trial itself");
        }
        Optional<String> older = floor.refusal(attempt.order());
        if (older.isPresent()) {
            return abandon(attempt, older.get());
        }
        try {
            slots.verify(attempt.slot(), attempt.order().artifact());
            slots.markStaged(attempt.slot(), attempt.order().releaseCounter());
        } catch (ArtifactRefused altered) {
            return abandon(attempt, "altered since it was staged: " + altered.getMessage());
        }
        record.put(attempt.in(Attempt.Phase.TRIAL));
        selector.write(BootChoice.of(running).withTrial(terms.trialBoots()));
        return new StageOutcome.Staged();
    }

    /**
     * Watches what runs until it is healthy or its time is up. The time is measured by a timer that
     * nobody can set, from this call on.
     *
     * @throws IllegalStateException if what runs is confirmed already
     */
    public TrialEnd watchTrial(HealthProbe probe) throws IOException, InterruptedException {
        turn.lockInterruptibly();
        try {
            return watchInTurn(probe);
        } finally {
            turn.unlock();
        }
    }

    private TrialEnd watchInTurn(HealthProbe probe) throws IOException, InterruptedException {
        if (!(standing() instanceof Standing.OnTrial)) {
            throw new IllegalStateException("what runs is not on trial");
        }
        long began = nanoTime.getAsLong();
        while (true) {
            String why;
            switch (look(probe)) {
                case Health.Healthy() -> {
                    confirm();
                    return new TrialEnd.Confirmed();
                }
                case Health.Failed(String never) -> {
                    return giveUp(never, true);
                }
                case Health.NotYet(String yet) -> why = yet;
            }
            if (nanoTime.getAsLong() - began >= terms.healthyWithin().toNanos()) {
                return giveUp(
                        "not healthy within %d s: %s"
                                .formatted(terms.healthyWithin().toSeconds(), why),
                        false);
            }
            environment.pause().rest(LOOK_EVERY);
        }
    }

    private static Health look(HealthProbe probe) throws InterruptedException {
        try {
            return probe.look();
        } catch (RuntimeException broken) {
            LOG.warn("The health probe failed", broken);
            return new Health.NotYet("the probe failed: " + broken);
        }
    }

    private void confirm() throws IOException {
        // From this write on it is the new version that boots.
        selector.write(BootChoice.of(running));
        Optional<Attempt> trial = record.attempt().filter(some -> some.slot() == running);
        if (trial.isPresent()) {
            finishConfirmation(trial.get());
        } else {
            slots.markConfirmed(running);
        }
    }

    private void finishConfirmation(Attempt trial) throws IOException {
        long owed = floor.raise(trial.order().rollbackFloor());
        slots.markConfirmed(running);
        record.confirm(trial, owed);
    }

    private TrialEnd giveUp(String why, boolean atOnce) throws IOException {
        Optional<Attempt> trial = record.attempt().filter(some -> some.slot() == running);
        if (trial.isPresent()) {
            record.put(trial.get().failing(UpdateRecord.shortened(why)));
        }
        if (atOnce) {
            selector.write(BootChoice.of(running.other()).withTrial(0));
        }
        return new TrialEnd.GivenUp(why);
    }

    /**
     * How updates ended, oldest first, as far as {@link #delivered} has not been called for them.
     */
    public List<UpdateReport> reports() {
        return record.memory().reports();
    }

    /** Forgets a report that is on the server's disk. */
    public void delivered(UpdateReport report) throws IOException {
        record.forget(report);
    }

    private BootChoice choice() throws IOException {
        return selector.read()
                .orElseThrow(() -> new IOException("the boot selector cannot be read any more"));
    }
}
