/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.util.Locale;

/** What became of a finding. */
public enum FindingState {
    /** Nobody has decided about it. */
    OPEN,
    /** Somebody looked and found nothing wrong. */
    DISMISSED,
    /** Somebody took the device off because of it. */
    ACTED;

    /** The word in API and store. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word. */
    public static FindingState parse(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
