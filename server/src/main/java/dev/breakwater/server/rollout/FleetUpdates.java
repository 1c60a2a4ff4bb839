/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Director;
import dev.breakwater.server.release.Releases;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.twin.TwinStore;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rollouts that are served: people's side, owners' side, devices' side, and what drives them. */
public final class FleetUpdates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FleetUpdates.class);

    private final RolloutStore store;
    private final Clock clock;
    private final OfferDelivery delivery;
    private final Orchestrator orchestrator;
    private final UpdatePolicies policies;
    private final Rollouts rollouts;
    private final UpdateStops stops;
    private final Consents consents;
    private final DeviceOffers offers;

    /**
     * What they are made from.
     *
     * @param switches policies of products and kill switches of organizations
     */
    public record Parts(
            RolloutStore store,
            UpdatePolicyStore switches,
            DeviceStore devices,
            TwinStore twins,
            Releases releases,
            Director director,
            LiveSessions sessions) {}

    /** Wires rollouts; nothing is offered before {@link #start}. */
    public FleetUpdates(Parts parts, Limits limits, Clock clock) {
        this(parts, limits, clock, System::nanoTime);
    }

    /**
     * Wires rollouts with a second clock by which they notice that the first was set.
     *
     * @param nanos counts evenly, whatever the clock does
     */
    FleetUpdates(Parts parts, Limits limits, Clock clock, LongSupplier nanos) {
        this.store = parts.store();
        this.clock = clock;
        this.policies = new UpdatePolicies(parts.switches(), parts.devices());
        DeviceZones zones = new DeviceZones(parts.twins());
        this.delivery =
                new OfferDelivery(
                        store,
                        parts.releases(),
                        parts.director(),
                        policies,
                        zones,
                        parts.sessions(),
                        limits.of(Limit.ROLLOUT_OFFERS_IN_WORK),
                        this::pauseForWithdrawal,
                        clock);
        this.orchestrator =
                new Orchestrator(
                        store,
                        policies,
                        zones,
                        delivery,
                        parts.sessions(),
                        new Deadlines(store, limits, clock, nanos),
                        clock);
        this.rollouts =
                new Rollouts(store, parts.releases(), policies, orchestrator, limits, clock);
        this.stops = new UpdateStops(store, parts.switches(), orchestrator, clock);
        this.consents = new Consents(store, parts.releases(), policies, orchestrator, clock);
        this.offers = new DeviceOffers(store, orchestrator, clock);
    }

    /** Begins to offer, and to miss devices that are not heard of. */
    public void start() {
        orchestrator.start();
    }

    /** Takes up what an earlier process has left, as {@link #start} does. */
    void takeUp() {
        orchestrator.takeUp();
    }

    /** Does all that there is to do at this moment, as the thread does it that was started. */
    void work() {
        orchestrator.work();
    }

    /** Its release may not be installed any more: nobody else is told of it. */
    private void pauseForWithdrawal(RolloutEntry entry) {
        String why = "the release keys have withdrawn the release";
        RolloutChange change =
                store.change(
                        entry.organization(),
                        entry.id(),
                        before -> before.paused(why),
                        clock.instant(),
                        AuditEvent.of(
                                entry.organization(),
                                new Actor.Server(),
                                AuditAction.ROLLOUT_PAUSED,
                                "rollout:" + entry.id(),
                                Map.of("reason", why)));
        if (change instanceof RolloutChange.Changed) {
            LOG.warn("rollout {} is paused: {}", entry.id(), why);
        }
    }

    /**
     * Another key signs what the director of a product says: whoever was told and has not begun is
     * told again soon, by a statement that devices still believe. Blocks.
     */
    public void directedAnew(OrganizationId organization, ProductId product) {
        for (RolloutEntry entry : ToldDevices.rollouts(store, organization, Optional.of(product))) {
            orchestrator.tell(entry, ToldDevices.of(store, organization, entry.id()));
        }
    }

    /** What people do. */
    public Rollouts rollouts() {
        return rollouts;
    }

    /** Their kill switches. */
    public UpdateStops stops() {
        return stops;
    }

    /** How products take updates. */
    public UpdatePolicies policies() {
        return policies;
    }

    /** What owners decide. */
    public OwnersDecisions owners() {
        return consents;
    }

    /** What devices are told and say. */
    public DeviceOffers offers() {
        return offers;
    }

    /** Stops offering; what is in the store waits for the next start. */
    @Override
    public void close() {
        orchestrator.close();
        delivery.close();
    }
}
