/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The parameters and headers of a request that fits, by the names the document gives them. */
public final class Values {

    private final Map<String, JsonNode> values;

    Values(Map<String, JsonNode> values) {
        this.values = Map.copyOf(values);
    }

    /** A required one. */
    public String text(String name) {
        return optionalText(name)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        name + " is not a required parameter of this operation"));
    }

    /** One that may be absent. */
    public Optional<String> optionalText(String name) {
        return Optional.ofNullable(values.get(name)).map(JsonNode::asString);
    }

    /** A required whole number. */
    public long integer(String name) {
        JsonNode value = values.get(name);
        if (value == null) {
            throw new IllegalStateException(
                    name + " is not a required parameter of this operation");
        }
        return value.longValue();
    }

    /** A whole number that may be absent. */
    public Optional<Integer> optionalInteger(String name) {
        return Optional.ofNullable(values.get(name)).map(JsonNode::intValue);
    }
}
