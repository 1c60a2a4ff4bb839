/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;

/**
 * Where it is kept which tickets were granted and what became of them. What changes something is
 * durable, with its audit entry, when it returns.
 */
public interface TicketStore {

    /**
     * Notes that a ticket is granted, if at this moment its label stands and the device is nobody
     * else's.
     *
     * @param perHourMax how many a member may have been granted within the hour before
     */
    Granting grant(SetupTicket ticket, int perHourMax, AuditEvent event);

    /** How it stands with a ticket that a device shows, with a request for a certificate. */
    Prospect look(SetupTicket ticket, KeyFingerprint key, Instant now);

    /**
     * Binds a ticket to the key of the certificate that is asked for, if it is good at this moment:
     * from then on it is good for that key only.
     *
     * @param device the id under which the device will be registered, or is
     */
    Prospect bind(
            SetupTicket ticket,
            KeyFingerprint key,
            DeviceId device,
            Instant now,
            String source,
            AuditEvent event);

    /** What became of the wish for a ticket. */
    sealed interface Granting {

        /** It is granted. */
        record Granted() implements Granting {}

        /** No label of this serial and key stands. */
        record NoSuchLabel() implements Granting {}

        /** The device is somebody else's, or promised to them. */
        record OwnedByAnother() implements Granting {}

        /** The device is in use and has no owner: only its maker can say what that means. */
        record InUse() implements Granting {}

        /** The member has had as many as may be. */
        record TooMany(int perHourMax) implements Granting {}
    }

    /** How it stands with a ticket. */
    sealed interface Prospect {

        /**
         * It is good.
         *
         * @param device the id the device has, or is to have; a fresh one where it has none yet
         * @param product of the label
         * @param assurance what the maker has stated
         */
        record Open(DeviceId device, ProductId product, Assurance assurance) implements Prospect {}

        /** The certificate that was issued for this key before. */
        record Issued(CredentialFingerprint certificate) implements Prospect {}

        /** It is good for nothing. */
        record Barred(RefusalReason reason) implements Prospect {}
    }
}
