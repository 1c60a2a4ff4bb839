/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import java.io.Serial;

/** A certificate request that was judged and refused. The message is for the operator. */
public final class RequestRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final RefusalReason reason;

    /** Says why, for a program and for a person. */
    public RequestRefused(RefusalReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public RefusalReason reason() {
        return reason;
    }
}
