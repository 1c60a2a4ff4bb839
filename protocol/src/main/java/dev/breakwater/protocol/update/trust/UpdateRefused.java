/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

/**
 * An update was refused and nothing was installed; a later one may succeed. The text is for the
 * operator and quotes names that are defined by us, numbers and roles.
 */
public final class UpdateRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final UpdateFault fault;

    /** What was found, and how it is said. */
    public UpdateRefused(UpdateFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    /** As above, with what it was found by. */
    public UpdateRefused(UpdateFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** Why. */
    public UpdateFault fault() {
        return fault;
    }
}
