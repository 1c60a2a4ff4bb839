/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.server.refusal.RefusalReason;

/**
 * A step of a log-in did not go through. The text is for the operator: it names what did not fit,
 * and never holds a token, a code or a secret.
 */
final class OidcRefused extends Exception {

    private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    OidcRefused(RefusalReason reason, String why) {
        super(why);
        this.reason = reason;
    }

    OidcRefused(RefusalReason reason, String why, Throwable cause) {
        super(why, cause);
        this.reason = reason;
    }

    RefusalReason reason() {
        return reason;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
