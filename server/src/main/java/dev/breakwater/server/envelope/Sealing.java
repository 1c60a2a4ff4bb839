/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import java.util.Arrays;
import java.util.Locale;

/** Whether what a product's devices tell is sealed; from the laxest to the strictest. */
public enum Sealing {
    /** Nothing sealed is taken. */
    OFF,
    /** Both are taken. */
    ALLOWED,
    /** Nothing in clear is taken. */
    REQUIRED;

    /** The name in the API and in the audit log, e.g. {@code required}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #code}.
     *
     * @throws IllegalArgumentException if there is no such word
     */
    public static Sealing of(String code) {
        return Arrays.stream(values())
                .filter(sealing -> sealing.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no sealing is named " + code));
    }
}
