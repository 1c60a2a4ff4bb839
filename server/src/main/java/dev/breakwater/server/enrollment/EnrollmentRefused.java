/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.refusal.RefusalReason;
import java.io.Serial;
import java.util.Map;

/** Ends a life in this package before its last step; caught where the refusal is recorded. */
final class EnrollmentRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final RefusalReason reason;
    private final transient Map<String, String> details;

    EnrollmentRefused(RefusalReason reason, Map<String, String> details) {
        super(reason.operatorText());
        this.reason = reason;
        this.details = Map.copyOf(details);
    }

    EnrollmentRefused(RefusalReason reason, Exception cause) {
        this(reason, Map.of("why", String.valueOf(cause.getMessage())));
        initCause(cause);
    }

    RefusalReason reason() {
        return reason;
    }

    Map<String, String> details() {
        return details;
    }
}
