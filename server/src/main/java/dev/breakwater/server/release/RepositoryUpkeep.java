/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.release.ReleaseStore.Due;
import dev.breakwater.server.release.ReleaseStore.Ending;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs snapshots and timestamps again when half of their life is over, so that a server that is
 * away for some days has nobody's devices wait, and at once when they would live for longer than
 * they may, which is what a clock leaves that was ahead; and tells the operator once a day whose
 * root or targets ends soon, which only people can sign.
 */
public final class RepositoryUpkeep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RepositoryUpkeep.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration BETWEEN_NOTICES = Duration.ofDays(1);

    /** Signed in one round; the next round goes on. */
    private static final int ROUND_MAX = 500;

    private final ReleaseStore store;
    private final UpdateRepositories repositories;
    private final Duration notice;
    private final Clock clock;
    private final Duration halfLife;
    private Instant nextNotice = Instant.MIN;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("update-repositories").factory());

    RepositoryUpkeep(
            ReleaseStore store, UpdateRepositories repositories, Limits limits, Clock clock) {
        this.store = store;
        this.repositories = repositories;
        this.notice = Duration.ofDays(limits.of(Limit.UPDATE_NOTICE_DAYS));
        this.halfLife = limits.seconds(Limit.UPDATE_TIMESTAMP_SECONDS).dividedBy(2);
        this.clock = clock;
    }

    /** Keeps everything fresh from now on until it is closed. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::roundOrLog, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void roundOrLog() {
        try {
            signDue();
            giveNotice();
        } catch (RuntimeException later) {
            LOG.error("update repositories cannot be looked after now", later);
        }
    }

    /** Signs all that is due, and says how many repositories were. Blocks. */
    int signDue() {
        int signed = 0;
        Instant now = clock.instant();
        // Devices would believe a timestamp of a clock that was ahead for years. A step of the
        // clock
        // that is shorter than a round is none: it must not have everything signed again.
        Instant latest = now.plus(halfLife).plus(PAUSE);
        for (Due due : store.toSignAgain(now, latest, ROUND_MAX)) {
            try {
                repositories.signAgain(due.organization(), due.product());
                signed++;
            } catch (RuntimeException failed) {
                // One that cannot be signed must not keep the others from it.
                LOG.error("the repository of {} cannot be signed again", due.product(), failed);
            }
        }
        return signed;
    }

    /** Logs what ends soon, once a day, and says what it was. */
    List<Ending> giveNotice() {
        Instant now = clock.instant();
        boolean wasSetBack = nextNotice.isAfter(now.plus(BETWEEN_NOTICES));
        if (now.isBefore(nextNotice) && !wasSetBack) {
            return List.of();
        }
        List<Ending> ending = store.ending(now.plus(notice), ROUND_MAX);
        for (Ending soon : ending) {
            LOG.warn(
                    "root or targets of product {} of organization {} ends at {}; its people have"
                            + " to sign the next one, or no device is updated any more",
                    soon.product(),
                    soon.organization(),
                    soon.end());
        }
        nextNotice = now.plus(BETWEEN_NOTICES);
        return ending;
    }

    /** Ends the rounds. */
    @Override
    public void close() {
        thread.close();
    }
}
