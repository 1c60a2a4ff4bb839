/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.event.AnnouncingRolloutStore;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.rollout.Approvals;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.DeviceUpdate;
import dev.breakwater.server.rollout.KnownReleases;
import dev.breakwater.server.rollout.PlaceChange;
import dev.breakwater.server.rollout.PlaceStep;
import dev.breakwater.server.rollout.Progress;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutPlan;
import dev.breakwater.server.rollout.RolloutStore;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.store.SqlRolloutStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Releases that were published and are on their way to devices, as the stores keep them: what
 * people with keys and devices on a channel have done before an owner looks.
 */
final class OfferedUpdates {

    static final String NOTES = "Mends the pump.";

    private final KnownReleases released;
    private final RolloutStore rollouts;
    private final DeviceStore devices;
    private final InstantSource clock;
    private long counter;

    OfferedUpdates(ApiServer server) {
        this.released = server.released;
        this.rollouts =
                new AnnouncingRolloutStore(
                        new SqlRolloutStore(server.database, server.audit, server.clock),
                        server.events);
        this.devices = server.devices;
        this.clock = server.clock;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** A release on its way to one device, which has verified it and asks its owner. */
    RolloutId asking(
            OrganizationId organization,
            DeviceId device,
            String version,
            boolean securityRelevant) {
        RolloutId rollout = proposed(organization, device, version, securityRelevant);
        offer(organization, rollout, device);
        step(
                organization,
                rollout,
                device,
                (_, before) ->
                        before.update()
                                .asking(now().plus(Duration.ofDays(30)))
                                .map(asking -> before.after(asking).asked(now())));
        return rollout;
    }

    /** The device is told. */
    void offer(OrganizationId organization, RolloutId rollout, DeviceId device) {
        assertThat(
                        rollouts.offer(
                                        organization,
                                        rollout,
                                        List.of(device),
                                        now(),
                                        now().plus(Duration.ofHours(1)))
                                .orElseThrow()
                                .offered())
                .hasSize(1);
    }

    /** Its owner does not want it. */
    void refuse(OrganizationId organization, RolloutId rollout, DeviceId device) {
        step(
                organization,
                rollout,
                device,
                (_, before) -> before.update().refused().map(before::after));
    }

    /** The device begins to install. */
    void begin(OrganizationId organization, RolloutId rollout, DeviceId device) {
        step(
                organization,
                rollout,
                device,
                (_, before) ->
                        before.update()
                                .progressed(
                                        new Progress(Progress.Step.DOWNLOADING, 40),
                                        now(),
                                        Duration.ofHours(1))
                                .map(before::after));
    }

    /** A release of which the device was not told yet. */
    RolloutId proposed(
            OrganizationId organization,
            DeviceId device,
            String version,
            boolean securityRelevant) {
        ProductId product = devices.device(organization, device).orElseThrow().product();
        Release release =
                released.publish(organization, product, version, ++counter, securityRelevant);
        RolloutId id = RolloutId.fresh();
        Actor maker = new Actor.TokenHolder("maker");
        RolloutEntry entry =
                new RolloutEntry(
                        Rollout.propose(
                                id,
                                organization,
                                product,
                                release.hash(),
                                RolloutPlan.USUAL,
                                Approvals.proposedBy(MemberId.fresh(), Approvals.ONE_PERSON)),
                        new RolloutEntry.Installed(
                                release.id(), version, counter, securityRelevant),
                        maker.toString(),
                        now(),
                        1);
        var _ =
                rollouts.propose(
                        entry,
                        RolloutTarget.ALL,
                        List.of(DeviceUpdate.waiting(device, 0)),
                        AuditEvent.of(
                                organization,
                                maker,
                                AuditAction.ROLLOUT_PROPOSED,
                                "rollout:" + id,
                                Map.of()));
        return id;
    }

    /** What the device's part is, as it stands on disk. */
    DevicePlace place(OrganizationId organization, DeviceId device) {
        return rollouts.standing(organization, device).orElseThrow().place();
    }

    private void step(
            OrganizationId organization, RolloutId rollout, DeviceId device, PlaceStep step) {
        CompletableFuture<PlaceChange> made = new CompletableFuture<>();
        rollouts.submit(
                organization,
                rollout,
                device,
                step,
                now(),
                new Completion<PlaceChange>() {
                    @Override
                    public void durable(PlaceChange change) {
                        made.complete(change);
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        made.completeExceptionally(cause);
                    }
                });
        assertThat(made.join()).isInstanceOf(PlaceChange.Changed.class);
    }
}
