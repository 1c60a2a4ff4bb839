/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * What every schema of the document must state, so that nothing is open by oversight: objects take
 * no unknown members, texts have a longest length, lists a most, numbers bounds. A place that is
 * meant to be open, such as the state of a device, says so in {@code x-open} with the reason.
 */
final class SchemaRules {

    private static final Set<String> CHILDREN_BY_NAME = Set.of("properties", "$defs");
    private static final Set<String> CHILD = Set.of("items", "additionalProperties", "not");
    private static final Set<String> CHILDREN_IN_LIST = Set.of("oneOf", "anyOf", "allOf");

    private final JsonNode document;
    private final List<String> defects;

    SchemaRules(JsonNode document, List<String> defects) {
        this.document = document;
        this.defects = defects;
    }

    void examine() {
        references("#", document);
        JsonNode components = document.path("components");
        for (Map.Entry<String, JsonNode> schema : components.path("schemas").properties()) {
            schema("schema " + schema.getKey(), schema.getValue());
        }
        for (Map.Entry<String, JsonNode> parameter : components.path("parameters").properties()) {
            schema("parameter " + parameter.getKey(), parameter.getValue().path("schema"));
        }
    }

    /** What a reference within the document points to. */
    static JsonNode resolve(JsonNode document, String reference) {
        return reference.startsWith("#/")
                ? document.at(JsonPointer.compile(reference.substring(1)))
                : document.path("");
    }

    private void references(String at, JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (reference.isString() && resolve(document, reference.stringValue()).isMissingNode()) {
            defects.add(at + " points to " + reference.stringValue() + ", which does not exist");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            references(at + "/" + member.getKey(), member.getValue());
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                references(at + "/" + i, node.get(i));
            }
        }
    }

    private void schema(String at, JsonNode node) {
        if (node.isBoolean()) {
            return;
        }
        boolean open = !node.path("x-open").asString("").isBlank();
        boolean listed = node.has("enum") || node.has("const");
        switch (node.path("type").asString("")) {
            case "object" -> object(at, node, open);
            case "array" -> need(at, node, open, "maxItems");
            case "string" -> {
                if (!listed) {
                    need(at, node, open, "maxLength");
                }
            }
            case "integer", "number" -> {
                if (!listed) {
                    need(at, node, open, "minimum");
                    need(at, node, open, "maximum");
                }
            }
            case "boolean" -> {}
            default -> {
                boolean composed = CHILDREN_IN_LIST.stream().anyMatch(node::has);
                if (!open && !listed && !composed && !node.has("$ref")) {
                    defects.add(at + " states no type");
                }
            }
        }
        children(at, node);
    }

    private void object(String at, JsonNode node, boolean open) {
        JsonNode additional = node.path("additionalProperties");
        boolean closed = additional.isBoolean() && !additional.booleanValue();
        boolean bounded = additional.isObject() && node.has("maxProperties");
        if (!closed && !bounded && !open) {
            defects.add(at + " takes unknown members: state additionalProperties: false");
        }
        for (JsonNode required : node.path("required")) {
            if (!node.path("properties").has(required.asString(""))) {
                defects.add(at + " requires " + required.asString("") + ", which it does not have");
            }
        }
    }

    private void need(String at, JsonNode node, boolean open, String keyword) {
        if (!open && !node.has(keyword)) {
            defects.add(at + " has no " + keyword);
        }
    }

    private void children(String at, JsonNode node) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String keyword = member.getKey();
            if (CHILDREN_BY_NAME.contains(keyword)) {
                for (Map.Entry<String, JsonNode> child : member.getValue().properties()) {
                    schema(at + "." + child.getKey(), child.getValue());
                }
            } else if (CHILD.contains(keyword)) {
                schema(at + "[]", member.getValue());
            } else if (CHILDREN_IN_LIST.contains(keyword)) {
                for (JsonNode child : member.getValue()) {
                    schema(at + " " + keyword, child);
                }
            }
        }
    }
}
