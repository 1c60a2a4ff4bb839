/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.util.Arrays;

/** Whether the release keys still vouch for a release. */
public enum ReleaseState {
    /** The newest file of targets names it. */
    PUBLISHED("published"),
    /** An earlier one did. No device is given it any more. */
    WITHDRAWN("withdrawn");

    private final String code;

    ReleaseState(String code) {
        this.code = code;
    }

    /** The name in the API and in the database. */
    public String code() {
        return code;
    }

    /**
     * The state of this code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ReleaseState of(String code) {
        return Arrays.stream(values())
                .filter(state -> state.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state of a release: " + code));
    }

    @Override
    public String toString() {
        return code;
    }
}
