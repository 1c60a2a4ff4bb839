/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import java.io.Serial;

/**
 * Handed to a {@link dev.breakwater.server.durability.Completion} when a device's message is not
 * acceptable: nothing is stored, and sending it again changes nothing. The gate that took the
 * message records the refusal and answers the device.
 */
public final class MessageRefused extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    /**
     * A refusal.
     *
     * @param why for the operator: what was refused and the limit; quotes nothing of the message
     */
    public MessageRefused(RefusalReason reason, String why) {
        super(why);
        this.reason = reason;
    }

    /** The operator's word for it, and beside it the device's. */
    public RefusalReason reason() {
        return reason;
    }

    /** For the operator: what was refused and the limit. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
