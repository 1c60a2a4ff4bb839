/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.refusal.RefusalReason;
import java.io.Serial;
import java.util.Map;

/** A device's proof is not good. Whoever catches it records the refusal and answers the device. */
public final class AttestationRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    @SuppressWarnings("serial") // never serialized: it is caught where the request is answered
    private final Map<String, String> details;

    AttestationRefused(RefusalReason reason, Map<String, String> details) {
        super(reason.operatorText());
        this.reason = reason;
        this.details = Map.copyOf(details);
    }

    AttestationRefused(RefusalReason reason, String why) {
        this(reason, Map.of("why", why));
    }

    /** The operator's word for it, and beside it the device's. */
    public RefusalReason reason() {
        return reason;
    }

    /** For the operator: what was wrong. */
    public Map<String, String> details() {
        return details;
    }
}
