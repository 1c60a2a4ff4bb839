/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.update.offer.SignedStatement;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Director;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.Releases;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.DeviceTurns;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells connected devices what holds for them. There is one way only, whatever the occasion: look
 * into the store, in the device's turn, and send what it says. Hence what was stored later is also
 * sent later, a crash anywhere loses nothing, and an occasion too many does no harm.
 */
final class OfferDelivery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OfferDelivery.class);
    private static final int RELEASES_KEPT = 256;

    private final RolloutStore store;
    private final Releases releases;
    private final Director director;
    private final UpdatePolicies policies;
    private final DeviceZones zones;
    private final LiveSessions sessions;
    private final Consumer<RolloutEntry> releaseWithdrawn;
    private final Clock clock;
    private final DeviceTurns turns = new DeviceTurns();
    private final Semaphore places;
    private final Map<ReleaseId, Release> known = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("offers-", 0).factory());

    /**
     * Wires it.
     *
     * @param inWork offers that are signed at the same time
     * @param releaseWithdrawn told of a rollout whose release may not be installed any more
     */
    OfferDelivery(
            RolloutStore store,
            Releases releases,
            Director director,
            UpdatePolicies policies,
            DeviceZones zones,
            LiveSessions sessions,
            int inWork,
            Consumer<RolloutEntry> releaseWithdrawn,
            Clock clock) {
        this.store = store;
        this.releases = releases;
        this.director = director;
        this.policies = policies;
        this.zones = zones;
        this.sessions = sessions;
        this.places = new Semaphore(inWork);
        this.releaseWithdrawn = releaseWithdrawn;
        this.clock = clock;
    }

    /** Tells a device soon. Never blocks. */
    void tellSoon(OrganizationId organization, DeviceId device) {
        try {
            threads.execute(
                    () -> {
                        places.acquireUninterruptibly();
                        try {
                            tell(organization, device);
                        } finally {
                            places.release();
                        }
                    });
        } catch (RejectedExecutionException closing) {
            LOG.debug("device {} is told after the restart", device);
        }
    }

    /** Tells a device now. Blocks. */
    void tell(OrganizationId organization, DeviceId device) {
        turns.take(
                device,
                () -> {
                    try {
                        store.standing(organization, device)
                                .ifPresent(standing -> tellInTurn(device, standing));
                    } catch (StorageUnavailable later) {
                        LOG.warn("device {} is told when it subscribes again", device, later);
                    }
                });
    }

    private void tellInTurn(DeviceId device, DeviceStanding standing) {
        Optional<DeviceSession> session = sessions.of(device);
        if (session.isEmpty()) {
            return;
        }
        switch (standing.place().update().state()) {
            case OFFERED, ASKING -> {
                if (standing.offers()) {
                    offer(session.get(), standing);
                } else {
                    withdraw(session.get(), standing);
                }
            }
            case INSTALLING -> {
                // It goes on where a cut has stopped it; nobody else is told while it is paused.
                if (standing.offers()) {
                    offer(session.get(), standing);
                }
            }
            case WITHDRAWN -> {
                Instant statementOver =
                        standing.place().changedAt().plus(DirectorStatement.LIFE_MAX);
                if (clock.instant().isBefore(statementOver)) {
                    withdraw(session.get(), standing);
                }
            }
            case WAITING, POSTPONED, REFUSED, TRYING, CONFIRMED, FAILED, INELIGIBLE -> {
                // It has nothing to do now.
            }
        }
    }

    private void offer(DeviceSession session, DeviceStanding standing) {
        RolloutEntry entry = standing.rollout();
        DeviceId device = session.deviceId();
        Optional<UpdatePolicies.InForce> policy =
                policies.of(entry.organization(), entry.rollout().product());
        Optional<Release> release = release(entry);
        if (policy.isEmpty() || release.isEmpty()) {
            LOG.warn("{} has no release or no product any more", entry.id());
            return;
        }
        Optional<byte[]> statement =
                director.statement(
                        release.get(),
                        List.of(device),
                        deadline(entry.organization(), device, policy.get().policy()));
        if (statement.isEmpty()) {
            releaseWithdrawn.accept(entry);
            return;
        }
        UpdateOffer offer =
                new UpdateOffer.Standing(
                        entry.id().uuid(),
                        release.get().version(),
                        release.get().path(),
                        consent(policy.get().policy(), standing.place()),
                        SignedStatement.of(statement.get()));
        session.deliver(
                new OutboundMessage(Topics.UPDATE_OFFER, offer.toJson()), new Noted(device));
    }

    /** Of a release nothing changes but that it is withdrawn, and that the director says. */
    private Optional<Release> release(RolloutEntry entry) {
        ReleaseId id = entry.release().id();
        Release kept = known.get(id);
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<Release> found = releases.find(entry.organization(), id);
        if (known.size() >= RELEASES_KEPT) {
            known.clear();
        }
        found.ifPresent(release -> known.put(id, release));
        return found;
    }

    private static UpdateConsent consent(UpdatePolicy policy, DevicePlace place) {
        return switch (policy.consent()) {
            case AUTOMATIC, OPERATOR -> UpdateConsent.AUTOMATIC;
            case OWNER -> place.given() ? UpdateConsent.GIVEN : UpdateConsent.OWNER;
        };
    }

    /** Where there is a window, nothing is begun behind its end. */
    private Instant deadline(OrganizationId organization, DeviceId device, UpdatePolicy policy) {
        Instant now = clock.instant();
        Instant latest = now.plus(DirectorStatement.LIFE_MAX);
        return policy.window()
                .flatMap(window -> window.ends(now, zones.of(organization, device, policy)))
                .filter(latest::isAfter)
                .orElse(latest)
                .truncatedTo(ChronoUnit.SECONDS);
    }

    private static void withdraw(DeviceSession session, DeviceStanding standing) {
        byte[] withdrawn = new UpdateOffer.Withdrawn(standing.rollout().id().uuid()).toJson();
        session.deliver(
                new OutboundMessage(Topics.UPDATE_OFFER, withdrawn), new Noted(session.deviceId()));
    }

    /** Finishes what is in work. */
    @Override
    public void close() {
        threads.close();
    }

    /** Nothing hangs on the delivery: what holds is sent again whenever the device subscribes. */
    private record Noted(DeviceId device) implements DeliveryOutcome {

        @Override
        public void delivered() {
            LOG.trace("device {} knows of its update", device);
        }

        @Override
        public void undelivered() {
            LOG.debug("device {} is told of its update when it subscribes", device);
        }
    }
}
