/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where it is kept what owners do with their devices. What changes something is durable, with its
 * audit entry, when it returns.
 */
public interface DisposalStore {

    /**
     * Notes that an owner gives a device away; from then on {@link #finish} is only a matter of
     * time. Noting it again changes nothing.
     */
    Begun begin(OrganizationId organization, DeviceId device, MemberId owner, Instant at);

    /**
     * Notes that somebody takes over a device with a code, which is used up by it.
     *
     * @param until for how long the device is kept for the taker
     */
    Begun take(
            OrganizationId organization,
            SecretDigest code,
            MemberId taker,
            Instant at,
            Instant until);

    /**
     * Deletes what the device has told and was told, and lets it go, unless that is done already:
     * the revocation of a device that is being given away does it in its own transaction.
     */
    void finish(OrganizationId organization, DeviceId device);

    /** Disposals that a crash has interrupted, the oldest first. */
    @Unscoped("the server ends what it began for all organizations")
    List<Disposal> unfinished(int countMax);

    /** Whether the device was given away, and its hardware has not been set up again since. */
    boolean awaitsWipe(OrganizationId organization, DeviceId device);

    /** Makes a code for whoever takes the device over; the one before it is good no longer. */
    Opened openTransfer(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            SecretDigest code,
            Instant at,
            Instant expiresAt,
            AuditEvent event);

    /** Takes the code back; false if there is none of this owner's. */
    boolean withdrawTransfer(
            OrganizationId organization, DeviceId device, MemberId owner, AuditEvent event);

    /** Whether the device is the member's. */
    boolean owns(OrganizationId organization, DeviceId device, MemberId member);

    /** Notes an owner's report; false if the device is not theirs. A second one changes nothing. */
    boolean report(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            Instant at,
            AuditEvent event);

    /** Takes the report back; false if there is none. */
    boolean withdrawReport(OrganizationId organization, DeviceId device, AuditEvent event);

    /** How a device stands, for whoever has read its label; empty if no maker has entered it. */
    @Unscoped("whoever has read the label belongs to no organization")
    Optional<DeviceStanding> standing(DeviceSerial serial, SetupKeyHash key);

    /** What became of the wish to give or take a device. */
    sealed interface Begun {

        /** It is noted. */
        record Noted(Disposal disposal) implements Begun {}

        /** There is no such device of theirs, or no such code. */
        record NoSuch() implements Begun {}

        /** Only who has owned it longest may do that. */
        record NotFirstOwner() implements Begun {}

        /** It is reported stolen; the report has to be taken back first. */
        record Stolen() implements Begun {}

        /** Who offers a device does not take it. */
        record OwnDevice() implements Begun {}
    }

    /** What became of the wish for a code. */
    enum Opened {
        /** The code is good. */
        OPENED,
        /** The device is not theirs. */
        NOT_THEIRS,
        /** Only who has owned it longest may do that. */
        NOT_FIRST_OWNER,
        /** It is reported stolen. */
        STOLEN
    }
}
