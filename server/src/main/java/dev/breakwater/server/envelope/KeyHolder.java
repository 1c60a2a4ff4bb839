/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import java.util.Arrays;
import java.util.Locale;

/** Who has the private half of an envelope key, and so who reads what is sealed to it. */
public enum KeyHolder {
    /** The server's application layer, for the organization. */
    SERVER,
    /** The organization, outside of the server, which can never open anything sealed to it. */
    ORGANIZATION;

    /** The name in the API, on the wire and in the audit log, e.g. {@code server}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #code}.
     *
     * @throws IllegalArgumentException if there is no such holder
     */
    public static KeyHolder of(String code) {
        return Arrays.stream(values())
                .filter(holder -> holder.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nobody is named " + code));
    }
}
