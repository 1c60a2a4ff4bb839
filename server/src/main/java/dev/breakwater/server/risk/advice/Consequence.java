/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import java.util.Arrays;
import java.util.Locale;

/** What somebody could do or learn who has taken over devices of a product. */
public enum Consequence {
    /** Hurt somebody: heat, motion, current, medicine, locked doors. */
    PHYSICAL_HARM("somebody can be hurt"),
    /** Learn about people: pictures, voices, when they are at home. */
    PRIVACY("people are watched, or what is known of them gets out"),
    /** Take or cost money: goods, energy, fees, ransom. */
    MONEY("money or goods are lost"),
    /** Get on to networks and systems that are worth more than the device. */
    OTHER_SYSTEMS("other systems can be reached through it");

    private final String text;

    Consequence(String text) {
        this.text = text;
    }

    /** It in words. */
    public String text() {
        return text;
    }

    /** The name in the API, e.g. {@code physical-harm}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads {@link #code}.
     *
     * @throws IllegalArgumentException if there is no such consequence
     */
    public static Consequence of(String code) {
        return Arrays.stream(values())
                .filter(consequence -> consequence.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no consequence is named " + code));
    }
}
