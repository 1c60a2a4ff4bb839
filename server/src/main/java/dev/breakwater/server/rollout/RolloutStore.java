/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps rollouts and the places of devices in them. A step is one transaction: it is made from what
 * is stored, never from what somebody has read before, and what it lets the rollout itself do
 * (pause, soak, begin a wave) is in the same transaction.
 */
public interface RolloutStore {

    /**
     * Stores a rollout with its places. Devices that have become busy, or are not active any more,
     * since the places were drawn have none.
     */
    RolloutEntry propose(
            RolloutEntry rollout,
            RolloutTarget target,
            List<DeviceUpdate> places,
            AuditEvent event);

    /** One rollout. */
    Optional<RolloutEntry> find(OrganizationId organization, RolloutId id);

    /** Which devices a rollout was asked to be for. */
    Optional<RolloutTarget> target(OrganizationId organization, RolloutId id);

    /** Rollouts, newest first, older than {@code before}. */
    List<RolloutEntry> list(
            OrganizationId organization,
            Optional<ProductId> product,
            Optional<RolloutId> before,
            int countMax);

    /** How the devices of each wave stand. */
    List<Tally> tallies(OrganizationId organization, RolloutId id);

    /** Places in their order, behind {@code afterPosition}. */
    List<DevicePlace> places(
            OrganizationId organization,
            RolloutId id,
            Optional<UpdateState> state,
            int afterPosition,
            int countMax);

    /** The newest place of a device. */
    Optional<DeviceStanding> standing(OrganizationId organization, DeviceId device);

    /** Makes a step of the rollout; an aborted one takes all places along that have not begun. */
    RolloutChange change(
            OrganizationId organization,
            RolloutId id,
            RolloutStep step,
            Instant now,
            AuditEvent event);

    /**
     * Tells as many of those as may be told now, in the order given.
     *
     * @return empty if the organization has no such rollout
     */
    Optional<OfferRound> offer(
            OrganizationId organization,
            RolloutId id,
            List<DeviceId> ready,
            Instant now,
            Instant answerBy);

    /** Makes a step of a device. Never blocks. */
    void submit(
            OrganizationId organization,
            RolloutId id,
            DeviceId device,
            PlaceStep step,
            Instant now,
            Completion<? super PlaceChange> completion);

    /** Makes a step in a device's newest place, in the name of a person. */
    PlaceChange decide(
            OrganizationId organization,
            DeviceId device,
            PlaceStep step,
            Instant now,
            AuditEvent event);

    /**
     * Keeps what a device says it runs, and makes the step that follows from it in its newest
     * place, if it has one. What contradicts the release that it names is not kept. Never blocks.
     */
    void submitRunning(
            OrganizationId organization,
            DeviceId device,
            RunningStep step,
            Completion<? super PlaceChange> completion);

    /** What a device last said it runs. */
    Optional<RunningFirmware> running(OrganizationId organization, DeviceId device);

    /** Makes the steps that are due by the clock. */
    @Unscoped("time passes for all organizations")
    PassedTime passTime(Instant now, int countMax);

    /** When the next step is due by the clock. */
    @Unscoped("time passes for all organizations")
    Optional<Instant> nextDue();

    /** Nothing that devices have to be heard by falls due before this time. */
    @Unscoped("a server that was off could hear no device of whatever organization")
    int grantGrace(Instant until);

    /**
     * Corrects the deadlines of all places and rollouts.
     *
     * @return how many were
     */
    @Unscoped("the clock is the same for all organizations")
    int correct(ClockCorrection correction);

    /** The devices of a product, by id, behind {@code after}. */
    List<Candidate> candidates(
            OrganizationId organization, ProductId product, Optional<DeviceId> after, int countMax);
}
