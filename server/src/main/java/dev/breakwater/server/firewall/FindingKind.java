/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.util.Locale;

/** What is odd about it. */
public enum FindingKind {
    /** A device connects from a network that it was never seen in. */
    NEW_NETWORK,
    /** A device connects from two networks in turn: it was copied, or somebody is in between. */
    SOURCES_IN_TURN,
    /** A device's key is in two hands: the device is off, and one of its holders is a copy. */
    CLONE,
    /** A known device fails to connect again and again. */
    FAILED_CONNECTS,
    /** A caller whose pattern is established uses an operation of the API for the first time. */
    NEW_OPERATION,
    /** A device sends much less than its peers. */
    SILENT_DEVICE,
    /** A device sends much more than its peers. */
    TALKATIVE_DEVICE;

    /** The word in API, store and metrics, e.g. {@code new-network}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads the word. */
    public static FindingKind parse(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
