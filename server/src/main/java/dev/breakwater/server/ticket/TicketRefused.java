/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

import dev.breakwater.server.refusal.RefusalReason;
import java.io.Serial;

/** A ticket is not one of ours, or not good any more. Caught where the refusal is recorded. */
public final class TicketRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    TicketRefused(RefusalReason reason, String why) {
        super(why);
        this.reason = reason;
    }

    TicketRefused(RefusalReason reason, Exception cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.reason = reason;
    }

    /** The operator's word for it. */
    public RefusalReason reason() {
        return reason;
    }

    /** For the operator: what was wrong; quotes nothing of the ticket. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
