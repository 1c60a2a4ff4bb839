/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk;

import java.util.Arrays;
import java.util.Locale;

/** How sure it is that only the device itself can use its identity; from least to most. */
public enum Assurance {
    /** A secret that is shown: whoever has seen it is the device. */
    TOKEN,
    /** A private key in the device's storage: whoever can read that is the device. */
    SOFTWARE_KEY,
    /**
     * A private key that a secure element or TPM does not give away, by the word of the device's
     * maker.
     */
    HARDWARE_KEY,
    /** The same, proved by the part that holds the key. */
    ATTESTED;

    /** Whether it is at least as much as is asked for. */
    public boolean meets(Assurance lowest) {
        return compareTo(lowest) >= 0;
    }

    /** The name in the API and in the audit log, e.g. {@code software-key}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads {@link #code}.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public static Assurance of(String code) {
        return Arrays.stream(values())
                .filter(level -> level.code().equals(code))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no assurance level is named " + code));
    }
}
