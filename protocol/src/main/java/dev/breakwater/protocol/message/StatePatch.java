/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change of state as a JSON merge patch (RFC 7396): members replace, {@code null} removes, what
 * is not named stays. On {@code me/state} it changes the reported state.
 *
 * @param members the patch; copied in
 */
public record StatePatch(ObjectNode members) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 32 * 1024;

    /**
     * Refuses a patch that would not fit.
     *
     * @throws IllegalArgumentException naming the limit
     */
    public StatePatch {
        members = members.deepCopy();
        Json.requireEncodedSize(members, BYTES_MAX, "a state patch");
    }

    @Override
    public ObjectNode members() {
        return members.deepCopy();
    }

    /** The state after this patch, computed by the algorithm of RFC 7396 section 2. */
    public ObjectNode appliedTo(ObjectNode state) {
        return merge(state.deepCopy(), members);
    }

    private static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            String name = member.getKey();
            switch (member.getValue()) {
                case ObjectNode change -> {
                    ObjectNode before =
                            target.get(name) instanceof ObjectNode object
                                    ? object
                                    : Json.newObject();
                    target.set(name, merge(before, change));
                }
                case JsonNode none when none.isNull() -> target.remove(name);
                case JsonNode value -> target.set(name, value.deepCopy());
            }
        }
        return target;
    }

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(members);
    }
}
