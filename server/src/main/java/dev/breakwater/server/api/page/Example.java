/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import dev.breakwater.server.api.contract.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An example of each request, as a line for a shell; made of the document, so that it fits it. */
final class Example {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode document;

    Example(JsonNode document) {
        this.document = document;
    }

    /** The line; ids are variables of the shell with the names that the path gives them. */
    String curl(Operation operation, JsonNode node) {
        List<String> parts = new ArrayList<>();
        String method = operation.method().equals("GET") ? "" : "-X " + operation.method() + " ";
        String path = operation.path().replaceAll("\\{([a-zA-Z]+)}", "\\$$1");
        parts.add("curl --cacert root.pem " + method + "\"$BREAKWATER" + path + "\"");
        if (!operation.permission().equals(Operation.PUBLIC)) {
            parts.add("-H \"Authorization: Bearer $TOKEN\"");
        }
        if (operation.takes("Idempotency-Key")) {
            parts.add("-H \"Idempotency-Key: $(uuidgen)\"");
        }
        if (node.path("responses").has("428")) {
            parts.add("-H 'If-Match: *'");
        }
        for (Map.Entry<String, JsonNode> body : node.at("/requestBody/content").properties()) {
            parts.addAll(body(body.getKey(), body.getValue().path("schema")));
        }
        return String.join(" \\\n  ", parts);
    }

    private List<String> body(String mediaType, JsonNode schema) {
        if (mediaType.equals("application/x-www-form-urlencoded")) {
            return json(schema).properties().stream()
                    .map(field -> field.getKey() + "=" + field.getValue().asString(""))
                    .map(field -> "--data-urlencode " + quoted(field))
                    .toList();
        }
        boolean binary = schema.path("format").asString("").equals("binary");
        return List.of(
                "-H 'Content-Type: " + mediaType + "'",
                binary
                        ? "--data-binary @request.der"
                        : "-d " + quoted(JsonMapper.shared().writeValueAsString(json(schema))));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** What the schema gives as an example, or the least that it takes. */
    JsonNode json(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        if (!reference.isEmpty()) {
            return json(document.at(JsonPointer.compile(reference.substring(1))));
        }
        if (schema.path("examples").has(0)) {
            return schema.path("examples").get(0);
        }
        if (schema.path("enum").has(0)) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asString("")) {
            case "integer", "number" -> schema.path("minimum");
            case "boolean" -> NODES.booleanNode(true);
            case "array" -> NODES.arrayNode().add(json(schema.path("items")));
            case "object" -> object(schema);
            default -> NODES.stringNode("text");
        };
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = NODES.objectNode();
        for (JsonNode name : schema.path("required")) {
            String member = name.asString();
            object.set(member, json(schema.path("properties").path(member)));
        }
        return object;
    }
}
