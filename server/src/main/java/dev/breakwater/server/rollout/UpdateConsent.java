/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Arrays;
import java.util.Locale;

/** Who is asked before a device of a product installs what it is offered. */
public enum UpdateConsent {
    /** Nobody: it installs as soon as it is offered, and a token may begin a rollout. */
    AUTOMATIC,
    /** Nobody at the device; a rollout is begun by a person, never by a token. */
    OPERATOR,
    /** Whoever owns the device, in the app. */
    OWNER;

    /** The name in the API, e.g. {@code owner}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the name.
     *
     * @throws IllegalArgumentException if there is no such consent
     */
    public static UpdateConsent of(String code) {
        return Arrays.stream(values())
                .filter(consent -> consent.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such consent: " + code));
    }
}
