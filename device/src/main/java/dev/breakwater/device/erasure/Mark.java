/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import dev.breakwater.protocol.DeviceId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** That an erasure was begun: while it stands, the device is to be erased before anything else. */
record Mark(Cause cause, Instant begunAt, List<String> contents, Optional<Order> order) {

    private static final JsonMapper JSON = JsonMapper.shared();

    Mark {
        contents = List.copyOf(contents);
    }

    byte[] encode() {
        ArrayNode names = JSON.createArrayNode();
        contents.forEach(names::add);
        ObjectNode object =
                JSON.createObjectNode()
                        .put("cause", cause.name())
                        .put("begunAt", begunAt.toString());
        object.set("contents", names);
        order.ifPresent(
                some -> {
                    object.put("device", some.device().toString());
                    object.set("from", some.from().toJson());
                });
        return JSON.writeValueAsBytes(object);
    }

    /** A mark that cannot be read is a mark: it is there because an erasure was begun. */
    static Mark decode(byte[] stored) {
        try {
            JsonNode object = JSON.readTree(stored);
            return new Mark(
                    Cause.valueOf(object.path("cause").asString("")),
                    Instant.parse(object.path("begunAt").asString("")),
                    object.path("contents").values().stream().map(JsonNode::asString).toList(),
                    order(object));
        } catch (JacksonException | DateTimeException | IllegalArgumentException unreadable) {
            return unreadable();
        }
    }

    private static Optional<Order> order(JsonNode object) {
        return object.has("device")
                ? Optional.of(
                        new Order(
                                DeviceId.parse(object.path("device").asString("")),
                                ReturnAddress.of(object.path("from"))))
                : Optional.empty();
    }

    static Mark unreadable() {
        return new Mark(Cause.UNKNOWN, Instant.EPOCH, List.of(), Optional.empty());
    }
}
