/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something happened at a device, on {@code me/events/{type}}.
 *
 * @param type 1 to 64 characters of {@code a-z 0-9 -}, the first a letter; it stands in the topic
 * @param details any JSON object; copied in
 */
public record DeviceEvent(String type, ObjectNode details) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 32 * 1024;

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /**
     * Refuses an event that would not fit.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public DeviceEvent {
        requireType(type);
        details = details.deepCopy();
        Json.requireEncodedSize(details, BYTES_MAX, "an event");
    }

    /**
     * Refuses what cannot stand in the topic, for events whose details are sealed.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public static void requireType(String type) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    "an event's type is 1 to 64 characters of a-z 0-9 -, the first a letter");
        }
    }

    @Override
    public ObjectNode details() {
        return details.deepCopy();
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(details);
    }
}
