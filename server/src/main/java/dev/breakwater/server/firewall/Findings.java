/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.LiveSessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes findings of what the {@link Firewall} notices, in the background, and lets people decide
 * about them. Methods block; they belong on virtual threads.
 *
 * <p>What was noticed and is not stored yet is lost in a crash. It is an oddity, no promise: one
 * that goes on is noticed again.
 */
public final class Findings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Findings.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** However much hurry there is, so that many clones do not mean as many writes. */
    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    /** Rows looked at in one transaction; bounds how long devices wait behind it. */
    private static final int BITE = 500;

    private final FindingStore store;
    private final Firewall firewall;
    private final FirewallRules rules;
    private final LiveSessions sessions;
    private final PeerComparison peers;
    private final Limits limits;
    private final MeterRegistry meters;
    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("findings").factory());
    private long hourBegan;
    private boolean wholeHour;

    Findings(
            FindingStore store,
            Firewall firewall,
            FirewallRules rules,
            LiveSessions sessions,
            Limits limits,
            MeterRegistry meters,
            Clock clock) {
        this.store = store;
        this.firewall = firewall;
        this.rules = rules;
        this.sessions = sessions;
        this.peers = new PeerComparison(limits.of(Limit.FIREWALL_PEERS_LEAST));
        this.limits = limits;
        this.meters = meters;
        this.clock = clock;
        this.hourBegan = hourOf(clock.millis());
    }

    private static long hourOf(long millis) {
        return millis - Math.floorMod(millis, HOUR_MILLIS);
    }

    /** Stores what is noticed, again and again until closed. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::storeInTime, 0, LEAST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void storeInTime() {
        try {
            firewall.noticed().awaitHurry(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        storeOrLog();
    }

    private void storeOrLog() {
        try {
            storeNoticed();
        } catch (RuntimeException later) {
            // Whatever it was must not end the repetition.
            LOG.error("what the firewall noticed cannot be stored now", later);
        }
    }

    /** Stores what was noticed since the last time, and compares peers when an hour has passed. */
    public synchronized void storeNoticed() {
        rules.catchUp();
        comparePeers();
        inBites(firewall.noticed().takeSightings(), this::remember);
        inBites(firewall.noticed().takeUses(), this::rememberUses);
        inBites(firewall.noticed().takeNotes(), this::add);
    }

    private void comparePeers() {
        long hour = hourOf(clock.millis());
        if (hour == hourBegan) {
            return;
        }
        List<DeviceTrace.Heard> heard =
                firewall.traces().closeHour(hourBegan, id -> sessions.of(id).isPresent());
        // An hour that was not watched from its beginning, or slept through, says nothing.
        if (wholeHour && hour - hourBegan == HOUR_MILLIS) {
            peers.odd(heard, Instant.ofEpochMilli(hour)).forEach(firewall.noticed()::add);
        }
        hourBegan = hour;
        wholeHour = true;
    }

    private interface Bite<T> {
        void take(List<T> some);
    }

    private static <T> void inBites(List<T> all, Bite<T> bite) {
        for (int from = 0; from < all.size(); from += BITE) {
            bite.take(all.subList(from, Math.min(all.size(), from + BITE)));
        }
    }

    private void remember(List<Sighting> sightings) {
        try {
            store.remember(sightings, limits.of(Limit.FIREWALL_NETWORKS_PER_DEVICE))
                    .forEach(this::inNewNetwork);
        } catch (StorageUnavailable later) {
            LOG.debug("where devices were seen cannot be stored", later);
            sightings.forEach(lost -> firewall.traces().forget(lost.device(), lost.place()));
        }
    }

    private void inNewNetwork(Sighting sighting) {
        firewall.noticed()
                .odd(
                        new FindingNote.Key(
                                sighting.organization(),
                                FindingKind.NEW_NETWORK,
                                Finding.subject(sighting.device())),
                        sighting.at(),
                        Map.of("network", sighting.place(), "source", sighting.source()));
    }

    private void rememberUses(List<OperationUse> uses) {
        Instant before = clock.instant().minus(limits.seconds(Limit.FIREWALL_LEARNING_SECONDS));
        try {
            store.rememberUses(uses, before).forEach(this::unusual);
        } catch (StorageUnavailable later) {
            LOG.debug("what callers use cannot be stored", later);
            uses.forEach(firewall::forget);
        }
    }

    private void unusual(OperationUse use) {
        firewall.noticed()
                .odd(
                        new FindingNote.Key(
                                use.organization(), FindingKind.NEW_OPERATION, use.caller()),
                        use.at(),
                        Map.of("operation", use.operation(), "source", use.source()));
    }

    private void add(List<FindingNote> notes) {
        try {
            var _ = store.add(notes, limits.of(Limit.FINDINGS_PER_ORGANIZATION));
            notes.forEach(
                    note ->
                            meters.counter("breakwater.findings", "kind", note.key().kind().code())
                                    .increment((double) note.count()));
        } catch (StorageUnavailable later) {
            LOG.debug("findings cannot be stored", later);
            notes.forEach(firewall.noticed()::add);
        }
    }

    /** Findings, newest first. */
    public List<Finding> find(
            OrganizationId organization,
            FindingStore.Filter filter,
            Optional<FindingId> before,
            int countMax) {
        return store.findings(organization, filter, before, countMax);
    }

    /** One finding. */
    public Optional<Finding> find(OrganizationId organization, FindingId id) {
        return store.finding(organization, id);
    }

    /**
     * Somebody looked and found nothing wrong.
     *
     * @param reason why, in their words
     */
    public FindingStore.Decision dismiss(
            OrganizationId organization, FindingId id, String reason, Actor actor) {
        return decide(
                organization,
                actor,
                id,
                FindingState.DISMISSED,
                AuditAction.FINDING_DISMISSED,
                Map.of("reason", reason));
    }

    /**
     * Somebody has acted because of it. What they did is durable already: a crash in between leaves
     * an open finding about a device that is off.
     */
    public FindingStore.Decision acted(
            OrganizationId organization, FindingId id, String action, Actor actor) {
        return decide(
                organization,
                actor,
                id,
                FindingState.ACTED,
                AuditAction.FINDING_ACTED,
                Map.of("action", action));
    }

    /** Somebody has banned where it came from; the bans count already. */
    public FindingStore.Decision banned(
            OrganizationId organization,
            FindingId id,
            Set<dev.breakwater.server.ban.SourceNetwork> sources,
            Duration length,
            String reason,
            Actor actor) {
        return decide(
                organization,
                actor,
                id,
                FindingState.ACTED,
                AuditAction.FINDING_ACTED,
                Map.of(
                        "action",
                        "ban",
                        "networks",
                        String.valueOf(sources),
                        "seconds",
                        Long.toString(length.toSeconds()),
                        "reason",
                        reason));
    }

    private FindingStore.Decision decide(
            OrganizationId organization,
            Actor actor,
            FindingId id,
            FindingState state,
            AuditAction action,
            Map<String, String> details) {
        AuditEvent event = AuditEvent.of(organization, actor, action, "finding:" + id, details);
        return store.decide(organization, id, state, clock.instant(), event);
    }

    /** Stores what was noticed last. */
    @Override
    public void close() {
        thread.shutdown();
        firewall.noticed().hurry();
        thread.close();
        storeOrLog();
    }
}
