/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What of a desired state is not reported. */
final class Difference {

    /**
     * 25 and 25.0 are one temperature: a device must not be told forever to change one into the
     * other.
     */
    private static final Comparator<JsonNode> BY_VALUE = Difference::compare;

    private Difference() {}

    /**
     * The members of {@code desired} that {@code reported} lacks or has otherwise. Objects are
     * compared member by member, anything else as a whole; what is only reported does not count.
     */
    static ObjectNode of(ObjectNode desired, ObjectNode reported) {
        ObjectNode difference = JsonMapper.shared().createObjectNode();
        for (Map.Entry<String, JsonNode> member : desired.properties()) {
            String name = member.getKey();
            JsonNode wanted = member.getValue();
            JsonNode present = reported.path(name);
            if (wanted instanceof ObjectNode wantedObject
                    && present instanceof ObjectNode presentObject) {
                ObjectNode inner = of(wantedObject, presentObject);
                if (!inner.isEmpty()) {
                    difference.set(name, inner);
                }
            } else if (!wanted.equals(BY_VALUE, present)) {
                difference.set(name, wanted);
            }
        }
        return difference;
    }

    /** Zero for equal; the sign of anything else has no meaning. */
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }
}
