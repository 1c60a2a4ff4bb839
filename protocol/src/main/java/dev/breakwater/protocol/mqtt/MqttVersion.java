/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The two versions of MQTT that are spoken; version 3.1 and older are refused at CONNECT. */
public enum MqttVersion {
    /**
     * MQTT 3.1.1 (OASIS, 2014): no properties, no reason codes, no word from a server that leaves.
     */
    V3_1_1(4, "3.1.1"),

    /** MQTT 5.0 (OASIS, 2019). */
    V5(5, "5.0");

    private final int level;
    private final String label;

    MqttVersion(int level, String label) {
        this.level = level;
        this.label = label;
    }

    /** The protocol level byte of CONNECT. */
    public int level() {
        return level;
    }

    /** As people write it, {@code 3.1.1} or {@code 5.0}. */
    @Override
    public String toString() {
        return label;
    }
}
