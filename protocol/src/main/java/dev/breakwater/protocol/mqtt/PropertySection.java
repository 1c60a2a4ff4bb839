/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/** The property lists of MQTT 5.0: one in most packets, and one of the will inside CONNECT. */
enum PropertySection {
    CONNECT(0),
    WILL(1),
    CONNACK(2),
    PUBLISH(3),
    PUBACK(4),
    PUBREC(5),
    PUBREL(6),
    PUBCOMP(7),
    SUBSCRIBE(8),
    SUBACK(9),
    UNSUBSCRIBE(10),
    UNSUBACK(11),
    DISCONNECT(12),
    AUTH(13);

    /** Every section, as bits. */
    static final int ALL = -1;

    private final int bit;

    PropertySection(int position) {
        this.bit = 1 << position;
    }

    /** This section in a set of sections, one bit for each. */
    int bit() {
        return bit;
    }
}
