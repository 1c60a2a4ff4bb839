/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.util.Locale;

/** The servers that can be measured. */
public enum ServerKind {
    BREAKWATER,
    MOSQUITTO,
    NATS,
    ARTEMIS,
    HIVEMQ;

    /** As it is written on the command line and in results. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
