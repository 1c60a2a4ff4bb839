/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a device says it is like, and what it is to be like. The members are the product's own.
 *
 * @param reported what the device says
 * @param desired what it is to be
 * @param difference the part of the desired state that it does not report yet
 * @param version of the desired state, to be given back when it is changed
 * @param json all that the server says of it; nobody else holds these objects
 */
public record DeviceState(
        ObjectNode reported,
        ObjectNode desired,
        ObjectNode difference,
        String version,
        ObjectNode json) {

    static DeviceState of(Answer answer) {
        ObjectNode json = answer.json();
        return new DeviceState(
                Values.object(json.path("reported"), "state"),
                Values.object(json.path("desired"), "state"),
                Values.object(json, "difference"),
                answer.etag(),
                json);
    }
}
