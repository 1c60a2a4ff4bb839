/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.update.Health;
import dev.breakwater.device.update.UpdateReport;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server at each start what runs and how it is: the only thing that confirms an update
 * there. On a thread of its own, so that an unwell product still gets its updates.
 */
final class RunningReport {

    /** How often an unwell product is looked at, and how long a refused report waits. */
    private static final Duration AGAIN_EVERY = Duration.ofMinutes(1);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(RunningReport.class);

    private final UpdatePlan plan;
    private final Ledger ledger;
    private final UpdateTold told;
    private final Thread thread =
            Thread.ofVirtual().name("breakwater-update-health").unstarted(this::run);

    RunningReport(UpdatePlan plan, Ledger ledger, UpdateTold told) {
        this.plan = plan;
        this.ledger = ledger;
        this.told = told;
    }

    /** Takes the updater's reports into the ledger; a crash before this leaves them to the next. */
    void settle() throws IOException {
        for (UpdateReport report : plan.updater().reports()) {
            ledger.ended(report, plan.running());
        }
    }

    void begin() {
        thread.start();
    }

    void close() {
        thread.interrupt();
    }

    /** What runs, healthy as it was found to be. */
    UpdateStatus.Running running(boolean healthy) {
        InstalledProduct product = plan.product();
        // What was signed of the release goes before what the release says of itself.
        Optional<LedgerEntry> confirmed = ledger.confirmedIn(plan.running());
        return new UpdateStatus.Running(
                confirmed.map(LedgerEntry::sha256),
                confirmed
                        .map(known -> new ReleaseVersion(known.version()))
                        .orElse(product.version()),
                confirmed.map(LedgerEntry::counter).orElse(product.counter()),
                product.hardwareId(),
                healthy);
    }

    private void run() {
        try {
            if (!becomesHealthy()) {
                tell(false);
                while (!(look() instanceof Health.Healthy)) {
                    plan.environment().pause().rest(AGAIN_EVERY);
                }
            }
            tell(true);
            for (UpdateReport report : plan.updater().reports()) {
                if (report.end() == UpdateReport.End.CONFIRMED) {
                    plan.updater().delivered(report);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("Nobody was told what runs");
        } catch (IOException medium) {
            LOG.warn("The report of a confirmed update is kept; it is told again", medium);
        }
    }

    private void tell(boolean healthy) throws InterruptedException {
        while (!told.sayForSure(running(healthy))) {
            plan.environment().pause().rest(AGAIN_EVERY);
        }
    }

    private boolean becomesHealthy() throws InterruptedException {
        long began = System.nanoTime();
        while (true) {
            Health health = look();
            if (health instanceof Health.Healthy) {
                return true;
            }
            if (health instanceof Health.Failed
                    || System.nanoTime() - began >= plan.terms().healthyWithin().toNanos()) {
                LOG.warn("This version is not well: {}", health);
                return false;
            }
            plan.environment().pause().rest(LOOK_EVERY);
        }
    }

    private Health look() throws InterruptedException {
        try {
            return plan.probe().look();
        } catch (RuntimeException broken) {
            LOG.warn("The health probe failed", broken);
            return new Health.NotYet("the probe failed: " + broken);
        }
    }
}
