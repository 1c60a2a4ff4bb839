/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import java.util.Locale;

/** What an event is about. */
public enum EventKind {
    /** The reported or the desired state has changed. */
    STATE,
    /** A command was created or has gone a step. */
    COMMAND,
    /** The firewall has found something odd, or somebody has decided about it. */
    FINDING,
    /** A device has connected, was disconnected, or has another status. */
    DEVICE,
    /** A rollout goes on, or all updates were stopped. */
    ROLLOUT,
    /** A device has made a step in a rollout; only for whoever follows one of the two. */
    UPDATE;

    /** The name on the wire, e.g. {@code state}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the name.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static EventKind parse(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
