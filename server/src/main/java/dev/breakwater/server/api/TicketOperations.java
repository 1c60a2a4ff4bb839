/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.ticket.SetupTickets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How a member gets what a device enrolls with as theirs. */
final class TicketOperations {

    private final SetupTickets tickets;
    private final Refusals refusals;

    TicketOperations(SetupTickets tickets, Refusals refusals) {
        this.tickets = tickets;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on(
                "createSetupTicket",
                Permission.SELF_WRITE,
                this::create,
                AuditAction.SETUP_TICKET_GRANTED);
    }

    record SetupTicketView(String ticket, Instant expiresAt) {
        @Override
        public String toString() {
            return "SetupTicketView[ticket=[REDACTED], expiresAt=" + expiresAt + "]";
        }
    }

    private Reply create(AuthenticatedCaller caller, Call call) {
        DeviceSerial serial = new DeviceSerial(call.text("serial"));
        SetupKeyHash key = new SetupKeyHash(call.text("setupKeyHash"));
        SetupTickets.Grant grant =
                tickets.grant(caller.organization(), caller.member().orElseThrow(), serial, key);
        return switch (grant) {
            case SetupTickets.Grant.Granted(var ticket, var text) ->
                    Reply.created(new SetupTicketView(text.reveal(), ticket.expiresAt()));
            case SetupTickets.Grant.InUse() ->
                    Problems.notPossibleNow(
                            "The device is in use without an owner, or reported stolen; its maker, or whoever reported it, has to end that first.");
            case SetupTickets.Grant.Refused(RefusalReason reason) -> {
                record(caller, call, reason, serial);
                yield switch (reason) {
                    case TICKET_OWNED_BY_ANOTHER -> Problems.ownedByAnother();
                    case TICKETS_TOO_MANY -> Problems.limitReached(reason.clientText());
                    default -> Problems.notFound();
                };
            }
        };
    }

    private void record(
            AuthenticatedCaller caller, Call call, RefusalReason reason, DeviceSerial serial) {
        refusals.record(
                new Refusal(
                        reason,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of(
                                "source", call.source(),
                                "operation", call.operation().id(),
                                "serial", serial.text())));
    }
}
