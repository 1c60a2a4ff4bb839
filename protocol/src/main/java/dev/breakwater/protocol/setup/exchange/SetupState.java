/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import java.util.Optional;

/** How far a device has come with being set up. */
public enum SetupState {
    /** Nobody has told it anything yet. */
    WAITING("waiting"),
    /** It joins its owner's network. */
    JOINING("joining"),
    /** It asks the server for its certificate. */
    ENROLLING("enrolling"),
    /** It is set up, and closes its own network. */
    DONE("done"),
    /** The last attempt failed; it may be told again. */
    FAILED("failed");

    private final String code;

    SetupState(String code) {
        this.code = code;
    }

    /** Its name in messages. */
    public String code() {
        return code;
    }

    /** Whether the device would take a {@link SetupRequest}. */
    public boolean takesRequests() {
        return this == WAITING || this == FAILED;
    }

    static Optional<SetupState> ofCode(String code) {
        for (SetupState state : values()) {
            if (state.code.equals(code)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
