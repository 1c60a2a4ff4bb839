/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.update.StageOutcome;
import dev.breakwater.device.update.Standing;
import dev.breakwater.device.update.UpdateReport;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an offer from its judgement to the restart into what it offers. */
final class Installation {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** How long the last words before a restart may take; the restart does not depend on them. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(10);

    private final UpdatePlan plan;
    private final Ledger ledger;
    private final OfferDesk desk;
    private final UpdateFiles files;
    private final OfferCheck check;
    private final UpdateTold told;
    private @Nullable UUID awaited;

    Installation(
            UpdatePlan plan,
            Ledger ledger,
            OfferDesk desk,
            UpdateFiles files,
            OfferCheck check,
            UpdateTold told) {
        this.plan = plan;
        this.ledger = ledger;
        this.desk = desk;
        this.files = files;
        this.check = check;
        this.told = told;
    }

    /** Tells how updates ended that did not end well, each until the server has it. */
    void tellEnds() throws IOException, InterruptedException {
        for (UpdateReport report : plan.updater().reports()) {
            if (report.end() == UpdateReport.End.CONFIRMED) {
                continue;
            }
            Optional<LedgerEntry> entry = ledger.ofCounter(report.releaseCounter());
            if (entry.isEmpty()) {
                LOG.warn("Nobody here asked for what ended so: {}", report);
                plan.updater().delivered(report);
            } else if (told.sayForSure(end(entry.get().ending(report), report.end()))) {
                plan.updater().delivered(report);
            }
        }
    }

    private static UpdateStatus end(LedgerEntry entry, UpdateReport.End end) {
        return UpdateStatus.Progress.because(
                entry.rollout(),
                end == UpdateReport.End.REVERTED ? Step.REVERTED : Step.FAILED,
                entry.reason());
    }

    /** Works on an offer until it is installed, has failed, waits for somebody or is withdrawn. */
    void consider(OfferDesk.Pending pending, RunningReport report)
            throws IOException, InterruptedException {
        if (plan.updater().standing() instanceof Standing.Switched) {
            pending.rest();
            return;
        }
        if (isSettled(pending.offer(), report)) {
            pending.rest();
            return;
        }
        Retries retries = new Retries(plan.environment().random());
        while (!pending.cancelled()) {
            try {
                proceed(pending);
                pending.rest();
                return;
            } catch (Unfit unfit) {
                LOG.warn("An offer is not for this device: {}", unfit.getMessage());
                end(pending, Step.INELIGIBLE, unfit);
                return;
            } catch (Outdated outdated) {
                refuseOutdated(pending, outdated);
                return;
            } catch (UpdateRefused refused) {
                if (refused.fault() != UpdateFault.TOO_SLOW) {
                    LOG.warn("An offer is refused ({}): {}", refused.fault(), refused.getMessage());
                    end(pending, Step.FAILED, refused);
                    return;
                }
                later(pending, retries.afterFailure(), refused);
            } catch (IOException unavailable) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("updates are closed");
                }
                later(pending, retries.after(unavailable), unavailable);
            }
        }
    }

    /**
     * One such statement says nothing yet: the director got another key while the offer was on its
     * way, and the server sends another one. A second in a row is somebody's who has no right to
     * it, or a server that cannot help itself, and people have to hear of it.
     */
    private void refuseOutdated(OfferDesk.Pending pending, Outdated outdated) {
        UUID rollout = pending.offer().rollout();
        if (rollout.equals(awaited)) {
            LOG.warn("An offer is refused: {}", outdated.getMessage());
            awaited = null;
            end(pending, Step.FAILED, outdated);
        } else {
            LOG.warn("An offer is refused until it comes anew: {}", outdated.getMessage());
            awaited = rollout;
            pending.rest();
        }
    }

    private void end(OfferDesk.Pending pending, Step step, Exception why) {
        told.say(
                UpdateStatus.Progress.because(
                        pending.offer().rollout(), step, String.valueOf(why.getMessage())));
        pending.rest();
    }

    private void later(OfferDesk.Pending pending, Duration wait, Exception why)
            throws InterruptedException {
        LOG.info("The update cannot go on now: {}; next attempt in {}", why.toString(), wait);
        desk.rest(pending, wait);
    }

    /**
     * Whether the offer is of what runs already, or of what has ended here by this very statement:
     * an answer that the server may have missed, and no reason to install a bad version again.
     */
    private boolean isSettled(UpdateOffer.Standing offer, RunningReport report) {
        Optional<LedgerEntry> known = ledger.of(offer.rollout());
        if (known.isEmpty() || known.get().end().isEmpty()) {
            return false;
        }
        UpdateReport.End end = known.get().end().get();
        if (end == UpdateReport.End.CONFIRMED) {
            boolean runs =
                    ledger.confirmedIn(plan.running())
                            .filter(entry -> entry.counter() == known.get().counter())
                            .isPresent();
            if (runs) {
                told.say(report.running(true));
            }
            return runs;
        }
        if (!known.get().statement().equals(hash(offer))) {
            return false;
        }
        told.say(end(known.get(), end));
        return true;
    }

    private static String hash(UpdateOffer.Standing offer) {
        return HexFormat.of().formatHex(SealedTrustStore.sha256(offer.statement().bytes()));
    }

    /** Returns when nothing more can be done now. */
    private void proceed(OfferDesk.Pending pending)
            throws Unfit, Outdated, UpdateRefused, IOException, InterruptedException {
        Judged judged = check.judge(pending.offer());
        awaited = null;
        UUID rollout = pending.offer().rollout();
        if (!pending.mayInstall()) {
            told.asked(
                    new OfferedUpdate(
                            rollout,
                            judged.description().version(),
                            judged.description().notes(),
                            judged.description().securityRelevant(),
                            judged.order().artifact().lengthBytes(),
                            judged.deadline()));
            told.say(UpdateStatus.Progress.of(rollout, Step.ASKING));
            return;
        }
        ledger.begin(LedgerEntry.begun(rollout, judged.statement(), judged.order()));
        if (staged(pending, judged) && pending.beginSwitch()) {
            try {
                switchOver(rollout);
            } finally {
                pending.endSwitch();
            }
        }
    }

    private boolean staged(OfferDesk.Pending pending, Judged judged)
            throws IOException, InterruptedException {
        UUID rollout = pending.offer().rollout();
        MeteredSource source =
                new MeteredSource(
                        files,
                        judged.order().artifact().lengthBytes(),
                        percent -> told.say(progress(rollout, percent)));
        pending.onCancel(source::cancel);
        Retries retries = new Retries(plan.environment().random());
        told.say(progress(rollout, 0));
        while (!pending.cancelled()) {
            switch (plan.updater().stage(judged.order(), source)) {
                case StageOutcome.Staged() -> {
                    return true;
                }
                case StageOutcome.Refused(String why) -> {
                    LOG.warn("The update is not installed: {}", why);
                    endHere();
                    return false;
                }
                case StageOutcome.Interrupted(long bytes, String why) -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("updates are closed");
                    }
                    if (source.gaveSomething()) {
                        retries.reset();
                    }
                    Duration wait =
                            source.busyFor().map(retries::asTold).orElseGet(retries::afterFailure);
                    LOG.info("{} bytes so far: {}; next attempt in {}", bytes, why, wait);
                    desk.rest(pending, wait);
                }
            }
        }
        return false;
    }

    private static UpdateStatus progress(UUID rollout, int percent) {
        return percent == 100
                ? UpdateStatus.Progress.of(rollout, Step.VERIFYING)
                : new UpdateStatus.Progress(
                        rollout, Step.DOWNLOADING, OptionalInt.of(percent), Optional.empty());
    }

    private void switchOver(UUID rollout) throws IOException, InterruptedException {
        told.say(UpdateStatus.Progress.of(rollout, Step.WRITING));
        if (plan.updater().switchOver() instanceof StageOutcome.Staged) {
            told.sayWithin(UpdateStatus.Progress.of(rollout, Step.RESTARTING), FAREWELL_MAX);
            plan.restart().restart(Restart.Cause.SWITCHED);
        } else {
            endHere();
        }
    }

    /** The updater has given it up: that is kept first, and told until the server has it. */
    private void endHere() throws IOException, InterruptedException {
        for (UpdateReport report : plan.updater().reports()) {
            ledger.ended(report, plan.running());
        }
        tellEnds();
    }
}
