/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ticket;

/** A ticket as its holder has it: five parts of base64url with four dots between. */
public final class TicketText {

    /** The longest text of a ticket, in characters. */
    public static final int CHARACTERS_MAX = 4096;

    private static final String DOT = ".";

    private final String text;

    TicketText(String text) {
        this.text = text;
    }

    /** Whether a device that shows this meant a ticket; an enrollment code has no dot. */
    public static boolean isMeantBy(String text) {
        return text.contains(DOT);
    }

    /** The ticket, to be handed out once. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "set-up ticket [REDACTED]";
    }
}
