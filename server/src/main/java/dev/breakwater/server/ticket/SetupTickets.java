/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Grants tickets, and reads what devices show. Blocks. */
public final class SetupTickets {

    private final TicketStore store;
    private final TicketSeal seal;
    private final Limits limits;
    private final Clock clock;

    /** Wires it. */
    public SetupTickets(TicketStore store, TicketKeys keys, Limits limits, Clock clock) {
        this.store = store;
        this.seal = new TicketSeal(keys);
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of the wish for a ticket. */
    public sealed interface Grant {

        /** It is granted; its text is shown now and never again. */
        record Granted(SetupTicket ticket, TicketText text) implements Grant {}

        /** It is not. */
        record Refused(RefusalReason reason) implements Grant {}

        /** The device is in use and has no owner. */
        record InUse() implements Grant {}
    }

    /** Grants a member a ticket for a device. */
    public Grant grant(
            OrganizationId organization, MemberId member, DeviceSerial serial, SetupKeyHash key) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        SetupTicket ticket =
                new SetupTicket(
                        TicketId.fresh(),
                        organization,
                        member,
                        serial,
                        key,
                        now,
                        now.plus(limits.seconds(Limit.SETUP_TICKET_SECONDS)));
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        new Actor.Person(member.toString()),
                        AuditAction.SETUP_TICKET_GRANTED,
                        "setup-ticket:" + ticket.id(),
                        Map.of(
                                "serial", serial.text(),
                                "setup-key", key.text(),
                                "expires-at", ticket.expiresAt().toString()));
        int perHourMax = limits.of(Limit.SETUP_TICKETS_PER_MEMBER_PER_HOUR);
        return switch (store.grant(ticket, perHourMax, event)) {
            case TicketStore.Granting.Granted() -> new Grant.Granted(ticket, seal.seal(ticket));
            case TicketStore.Granting.NoSuchLabel() ->
                    new Grant.Refused(RefusalReason.TICKET_LABEL_UNKNOWN);
            case TicketStore.Granting.OwnedByAnother() ->
                    new Grant.Refused(RefusalReason.TICKET_OWNED_BY_ANOTHER);
            case TicketStore.Granting.TooMany(int _) ->
                    new Grant.Refused(RefusalReason.TICKETS_TOO_MANY);
            case TicketStore.Granting.InUse() -> new Grant.InUse();
        };
    }

    /**
     * Reads a ticket.
     *
     * @param text untrusted: what a device shows
     * @throws TicketRefused if this server did not write it, or its time is over
     */
    public SetupTicket open(String text) throws TicketRefused {
        SetupTicket ticket = seal.open(text);
        if (!clock.instant().isBefore(ticket.expiresAt())) {
            throw new TicketRefused(
                    RefusalReason.TICKET_EXPIRED, "it expired at " + ticket.expiresAt());
        }
        return ticket;
    }
}
