/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import tools.jackson.databind.node.ObjectNode;

/**
 * What the device should become, on {@code me/state/desired}: {@code
 * {"version":7,"state":{"light":{"on":true}}}}. It holds only what differs from the reported state.
 *
 * @param version 1 or more, and greater with each change
 * @param state the members that differ; copied in
 */
public record DesiredState(long version, ObjectNode state) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 33 * 1024;

    /**
     * Refuses a state that would not fit.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public DesiredState {
        if (version < 1) {
            throw new IllegalArgumentException("a desired state's version must be 1 or more");
        }
        state = state.deepCopy();
        Json.requireEncodedSize(state, StatePatch.BYTES_MAX, "a desired state");
    }

    @Override
    public ObjectNode state() {
        return state.deepCopy();
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(Json.newObject().put("version", version).set("state", state));
    }
}
