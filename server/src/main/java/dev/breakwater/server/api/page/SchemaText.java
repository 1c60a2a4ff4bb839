/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Says in words what a schema takes. A schema that is referred to is linked, not repeated. */
final class SchemaText {

    private static final String SCHEMAS = "#/components/schemas/";

    private final Html html;

    SchemaText(Html html) {
        this.html = html;
    }

    /** The name of a schema's place on the page. */
    static String anchor(String schema) {
        return "schema-" + schema;
    }

    /** One line: kind and bounds. */
    void describe(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        if (!reference.isEmpty()) {
            String name = reference.substring(SCHEMAS.length());
            html.element("a", name, "href", "#" + anchor(name));
            return;
        }
        if (schema.has("enum")) {
            html.text("one of ").element("code", listed(schema.path("enum")));
            return;
        }
        switch (schema.path("type").asString("")) {
            case "string" -> string(schema);
            case "integer" -> html.text("whole number, " + range(schema));
            case "number" -> html.text("number, " + range(schema));
            case "boolean" -> html.text("true or false");
            case "array" -> array(schema);
            default -> object(schema);
        }
    }

    private static String listed(JsonNode values) {
        return values.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private void string(JsonNode schema) {
        html.text(schema.path("format").asString("text"));
        if (schema.has("minLength")) {
            html.text(", at least " + schema.path("minLength").asString());
        }
        if (schema.has("maxLength")) {
            html.text(", at most " + schema.path("maxLength").asString() + " characters");
        }
        if (schema.has("pattern")) {
            html.text(", ").element("code", schema.path("pattern").asString());
        }
        open(schema);
    }

    private static String range(JsonNode schema) {
        return schema.path("minimum").asString() + " to " + schema.path("maximum").asString();
    }

    private void array(JsonNode schema) {
        html.text("list of ");
        describe(schema.path("items"));
        if (schema.has("minItems")) {
            html.text(", at least " + schema.path("minItems").asString());
        }
        html.text(", at most " + schema.path("maxItems").asString());
    }

    private void object(JsonNode schema) {
        html.text("object");
        JsonNode further = schema.path("additionalProperties");
        if (further.isObject()) {
            html.text(" of names, each with ");
            describe(further);
        }
        open(schema);
    }

    private void open(JsonNode schema) {
        if (schema.has("x-open")) {
            html.text(", open: " + schema.path("x-open").asString());
        }
    }

    /** The members of an object, in the order of the document. */
    void members(JsonNode schema) {
        if (schema.path("properties").isEmpty()) {
            return;
        }
        html.open("ul");
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            boolean required =
                    schema.path("required")
                            .valueStream()
                            .anyMatch(name -> name.asString("").equals(member.getKey()));
            html.open("li").element("code", member.getKey());
            html.text(required ? ", required: " : ": ");
            describe(member.getValue());
            String text = member.getValue().path("description").asString("");
            html.text(text.isEmpty() ? "" : ". " + text).close("li");
        }
        html.close("ul");
    }
}
