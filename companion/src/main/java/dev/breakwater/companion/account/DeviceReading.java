/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a device told at one time.
 *
 * @param at when it came to the server
 * @param reading the members are the product's own; of a payload that the server cannot open it is
 *     {@code {"sealed": base64}}
 */
public record DeviceReading(Instant at, ObjectNode reading) {

    static DeviceReading of(JsonNode json) {
        return new DeviceReading(Values.time(json, "at"), Values.object(json, "reading"));
    }
}
