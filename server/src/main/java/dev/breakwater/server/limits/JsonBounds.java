/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How large and how deep one kind of JSON document may be.
 *
 * @param bytesMax length in UTF-8, written without blanks
 * @param depthMax objects and arrays within one another, the outermost included
 */
public record JsonBounds(int bytesMax, int depthMax) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** The bounds in force for a kind of document whose length has this limit. */
    public static JsonBounds of(Limits limits, Limit bytes) {
        return new JsonBounds(limits.of(bytes), limits.of(Limit.JSON_DEPTH));
    }

    /**
     * The bounds of what is sent as a member of a message: the message as a whole must stay within
     * the depth that its reader takes.
     */
    public JsonBounds inEnvelope() {
        return new JsonBounds(bytesMax, depthMax - 1);
    }

    /**
     * Says which bound a document exceeds, and by how much.
     *
     * @param noun what it is, e.g. {@code the reported state}
     */
    public Optional<String> exceededBy(JsonNode document, String noun) {
        if (isDeeperThan(depthMax, document)) {
            return Optional.of("%s is nested deeper than %d levels".formatted(noun, depthMax));
        }
        int bytes = JSON.writeValueAsBytes(document).length;
        return bytes <= bytesMax
                ? Optional.empty()
                : Optional.of("%s has %d bytes, more than %d".formatted(noun, bytes, bytesMax));
    }

    /** Stops at the bound, so that a document cannot exhaust the stack. */
    private static boolean isDeeperThan(int levels, JsonNode node) {
        if (!node.isContainer()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node.values()) {
            if (isDeeperThan(levels - 1, child)) {
                return true;
            }
        }
        return false;
    }
}
