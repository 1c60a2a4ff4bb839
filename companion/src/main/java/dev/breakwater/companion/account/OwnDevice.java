/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device of an owner's.
 *
 * @param status {@code active}, or why it is off: {@code suspended}, {@code quarantined}, {@code
 *     revoked}
 * @param connected whether it has a connection now
 * @param lastConnectedAt empty if it never had one
 * @param json all that the server says of it; nobody else holds this object
 */
public record OwnDevice(
        DeviceId id,
        DeviceSerial serial,
        String status,
        boolean connected,
        Optional<Instant> lastConnectedAt,
        ObjectNode json) {

    static OwnDevice of(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("the answer has no device");
        }
        return new OwnDevice(
                DeviceId.parse(Values.text(object, "id")),
                new DeviceSerial(Values.text(object, "serial")),
                Values.text(object, "status"),
                Values.yes(object, "connected"),
                Values.optionalTime(object, "lastConnectedAt"),
                object);
    }
}
