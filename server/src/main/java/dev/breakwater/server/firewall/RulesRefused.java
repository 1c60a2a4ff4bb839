/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.io.Serial;

/** Rules that cannot be used, and which member of them is at fault. */
public final class RulesRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String pointer;

    /**
     * Names the member.
     *
     * @param pointer a JSON pointer into the rules
     * @param text completes a sentence that begins with the member's name
     */
    public RulesRefused(String pointer, String text) {
        super(text);
        this.pointer = pointer;
    }

    /** A JSON pointer into the rules. */
    public String pointer() {
        return pointer;
    }

    /** What is wrong and what to write instead. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
