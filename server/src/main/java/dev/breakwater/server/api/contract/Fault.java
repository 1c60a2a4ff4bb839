/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

/**
 * One thing that does not fit, and where.
 *
 * @param place which part of the message
 * @param name the name of the parameter or header; in a body its JSON pointer (RFC 6901)
 * @param text what is wrong, as a sentence without a subject: "must be at most 64 characters long"
 */
public record Fault(Place place, String name, String text) {

    private static final int NAME_CHARACTERS_MAX = 128;
    private static final int TEXT_CHARACTERS_MAX = 300;

    /** Cuts what the sender chose: a reply must not grow with the request. */
    public Fault {
        name = cut(name, NAME_CHARACTERS_MAX);
        text = cut(text, TEXT_CHARACTERS_MAX);
    }

    /** The parts of a message. */
    public enum Place {
        PATH,
        QUERY,
        HEADER,
        BODY
    }

    private static String cut(String text, int charactersMax) {
        return text.length() <= charactersMax ? text : text.substring(0, charactersMax - 1) + "…";
    }
}
