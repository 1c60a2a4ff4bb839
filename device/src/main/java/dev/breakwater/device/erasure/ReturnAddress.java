/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which server ordered an erasure and is to have the receipt. It outlives the erasure, and is
 * forgotten as soon as the server has the receipt or does not want it.
 *
 * @param host of its port for devices
 * @param port of its port for enrollment
 * @param rootFingerprint of its root, 64 hexadecimal digits
 */
public record ReturnAddress(String host, int port, String rootFingerprint) {

    ObjectNode toJson() {
        return JsonMapper.shared()
                .createObjectNode()
                .put("host", host)
                .put("port", port)
                .put("root", rootFingerprint);
    }

    /**
     * @throws IllegalArgumentException if it is none
     */
    static ReturnAddress of(JsonNode object) {
        String host = object.path("host").asString("");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("a return address has a host");
        }
        return new ReturnAddress(
                host, object.path("port").asInt(0), object.path("root").asString(""));
    }
}
