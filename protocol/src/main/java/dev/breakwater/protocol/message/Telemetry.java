/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import tools.jackson.databind.node.ObjectNode;

/**
 * Readings of a device, on {@code me/telemetry}: any JSON object or CBOR map. Their meaning belongs
 * to the product; the server adds the time of receipt.
 *
 * @param readings copied in
 */
public record Telemetry(ObjectNode readings) {

    /**
     * The longest payload, in bytes, in either form: with its topic and headers it fits an MQTT
     * packet of 128 KiB.
     */
    public static final int BYTES_MAX = 127 * 1024;

    /**
     * Refuses readings that would not fit as JSON.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public Telemetry {
        readings = readings.deepCopy();
        Json.requireEncodedSize(readings, BYTES_MAX, "telemetry");
    }

    @Override
    public ObjectNode readings() {
        return readings.deepCopy();
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(readings);
    }

    /** The payload as a CBOR map (RFC 8949), which the server tells from JSON by its first byte. */
    public byte[] toCbor() {
        return Json.writeCbor(readings);
    }
}
