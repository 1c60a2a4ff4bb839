/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life "a device is disposed of": an owner gives it back, hands it on, or says that it was
 * stolen. Blocks.
 *
 * <p>Giving a device away goes in three steps, and a crash right after each leaves:
 *
 * <ol>
 *   <li>The intention is stored. A restart goes on with it before any device connects.
 *   <li>The device is revoked by the {@link DeviceLifecycle}: its credentials, its commands, its
 *       owner's data and ownership end in one transaction, and an order to wipe itself is left for
 *       it; then its session is closed. A crash before the session is closed closes it.
 *   <li>Whoever took it over, or anybody, sets it up with a ticket, as a new device: nothing leads
 *       from that one to this one.
 * </ol>
 */
public final class Disposals {

    private static final String STOLEN = "reported stolen by its owner";
    private static final String GIVEN_AWAY = "given away by its owner";
    private static final int UNFINISHED_MAX = 1_000;

    private final DisposalStore store;
    private final DeviceStore devices;
    private final DeviceLifecycle lifecycle;
    private final Limits limits;
    private final Clock clock;

    /** Wires it. */
    public Disposals(
            DisposalStore store,
            DeviceStore devices,
            DeviceLifecycle lifecycle,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.lifecycle = lifecycle;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of the wish for a code. */
    public sealed interface Offer {

        /** Whoever shows it takes the device over; it is shown this once. */
        record Made(TransferCode code, Instant expiresAt) implements Offer {}

        /** It is not made. */
        record NotMade(DisposalStore.Opened why) implements Offer {}
    }

    /** What became of a report, or of taking one back. */
    public enum Report {
        /** It stands, or stands no longer. */
        DONE,
        /** The device is not theirs. */
        NOT_THEIRS,
        /** There was no report. */
        NOT_REPORTED
    }

    /** Gives a device back: it becomes anybody's, and nothing of its owner stays. */
    public DisposalStore.Begun release(
            OrganizationId organization, DeviceId device, MemberId owner) {
        return finished(store.begin(organization, device, owner, clock.instant()));
    }

    /** Takes over a device by a code. */
    public DisposalStore.Begun take(OrganizationId organization, String shown, MemberId taker) {
        Instant now = clock.instant();
        return finished(
                store.take(
                        organization,
                        TransferCode.shown(shown).digest(),
                        taker,
                        now,
                        now.plus(limits.seconds(Limit.DEVICE_PROMISE_SECONDS))));
    }

    /** Ends what a crash has interrupted; to be called before any device connects. */
    public void resume() {
        List<Disposal> unfinished = store.unfinished(UNFINISHED_MAX);
        unfinished.forEach(this::finish);
    }

    private DisposalStore.Begun finished(DisposalStore.Begun begun) {
        if (begun instanceof DisposalStore.Begun.Noted(Disposal disposal)) {
            finish(disposal);
        }
        return begun;
    }

    private void finish(Disposal disposal) {
        var _ =
                lifecycle.change(
                        disposal.organization(),
                        disposal.device(),
                        DeviceStatus.REVOKED,
                        GIVEN_AWAY,
                        Optional.empty(),
                        new Actor.Person(disposal.from().toString()));
        // It was revoked before, perhaps: then nothing of the above has deleted anything.
        store.finish(disposal.organization(), disposal.device());
    }

    /** Makes a code by which somebody else takes the device over. */
    public Offer offer(OrganizationId organization, DeviceId device, MemberId owner) {
        TransferCode code = TransferCode.fresh();
        Instant now = clock.instant();
        Instant expiresAt = now.plus(limits.seconds(Limit.DEVICE_TRANSFER_SECONDS));
        DisposalStore.Opened opened =
                store.openTransfer(
                        organization,
                        device,
                        owner,
                        code.digest(),
                        now,
                        expiresAt,
                        event(
                                organization,
                                AuditAction.DEVICE_TRANSFER_BEGUN,
                                device,
                                owner,
                                Map.of("expires-at", expiresAt.toString())));
        return opened == DisposalStore.Opened.OPENED
                ? new Offer.Made(code, expiresAt)
                : new Offer.NotMade(opened);
    }

    /** Takes a code back; false if there is none. */
    public boolean withdrawOffer(OrganizationId organization, DeviceId device, MemberId owner) {
        return store.withdrawTransfer(
                organization,
                device,
                owner,
                event(
                        organization,
                        AuditAction.DEVICE_TRANSFER_WITHDRAWN,
                        device,
                        owner,
                        Map.of()));
    }

    /**
     * Takes a device off at once because its owner says it was stolen, and tells so whoever asks by
     * its label. The report stands until an owner takes it back, even if the device is revoked.
     */
    public Report reportStolen(OrganizationId organization, DeviceId device, MemberId owner) {
        boolean noted =
                store.report(
                        organization,
                        device,
                        owner,
                        clock.instant(),
                        event(
                                organization,
                                AuditAction.DEVICE_REPORTED_STOLEN,
                                device,
                                owner,
                                Map.of()));
        if (!noted) {
            return Report.NOT_THEIRS;
        }
        // A crash before this leaves a report; reporting it again takes the device off.
        if (status(organization, device) == DeviceStatus.ACTIVE) {
            change(organization, device, DeviceStatus.SUSPENDED, owner);
        }
        return Report.DONE;
    }

    /** Takes a report back; the device comes back unless something else keeps it off. */
    public Report takeReportBack(OrganizationId organization, DeviceId device, MemberId owner) {
        if (!store.owns(organization, device, owner)) {
            return Report.NOT_THEIRS;
        }
        boolean reported =
                store.withdrawReport(
                        organization,
                        device,
                        event(organization, AuditAction.DEVICE_FOUND, device, owner, Map.of()));
        Optional<Device> found = devices.device(organization, device);
        boolean offForIt =
                found.filter(
                                stands ->
                                        stands.status() == DeviceStatus.SUSPENDED
                                                && stands.statusReason().equals(STOLEN))
                        .isPresent();
        if (offForIt) {
            change(organization, device, DeviceStatus.ACTIVE, owner);
        }
        return reported || offForIt ? Report.DONE : Report.NOT_REPORTED;
    }

    /** Whether a device that comes once more is to wipe itself: its owner has given it away. */
    public boolean awaitsWipe(OrganizationId organization, DeviceId device) {
        return store.awaitsWipe(organization, device);
    }

    /** How a device stands, for whoever has read its label; empty if no maker has entered it. */
    public Optional<DeviceStanding> standing(DeviceSerial serial, SetupKeyHash key) {
        return store.standing(serial, key);
    }

    private DeviceStatus status(OrganizationId organization, DeviceId device) {
        return devices.device(organization, device)
                .map(Device::status)
                .orElse(DeviceStatus.REVOKED);
    }

    private void change(
            OrganizationId organization, DeviceId device, DeviceStatus status, MemberId owner) {
        var _ =
                lifecycle.change(
                        organization,
                        device,
                        status,
                        status == DeviceStatus.ACTIVE ? "found by its owner" : STOLEN,
                        Optional.empty(),
                        new Actor.Person(owner.toString()));
    }

    private static AuditEvent event(
            OrganizationId organization,
            AuditAction action,
            DeviceId device,
            MemberId owner,
            Map<String, String> details) {
        return AuditEvent.of(
                organization,
                new Actor.Person(owner.toString()),
                action,
                "device:" + device,
                details);
    }
}
