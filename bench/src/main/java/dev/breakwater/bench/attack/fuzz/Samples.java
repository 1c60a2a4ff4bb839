/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that a schema allows. */
public final class Samples {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Of these the first that fits a pattern and its lengths is taken. */
    private static final List<String> TEXTS =
            List.of(
                    "kim@reef.example",
                    "0123456789abcdef0123",
                    "2026-01-01T00:00:00Z",
                    "01970a3c-5b1e-7c44-9d2f-3a6b8e0f1c2d",
                    "*",
                    "x");

    private final Contract contract;
    private final Map<String, String> objects;

    /** Samples that name objects that are there, by the contract's names of their ids. */
    public Samples(Contract contract, Map<String, String> objects) {
        this.contract = contract;
        this.objects = Map.copyOf(objects);
    }

    /** A value with all members that it may have. */
    public JsonNode of(JsonNode unresolved) {
        JsonNode schema = contract.resolved(unresolved);
        JsonNode example = schema.path("examples").path(0);
        if (!example.isMissingNode()) {
            return example.deepCopy();
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(0);
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        return switch (schema.path("type").asString("object")) {
            case "integer", "number" -> JSON.numberNode(schema.path("minimum").asLong(1));
            case "boolean" -> JSON.booleanNode(true);
            case "string" -> JSON.stringNode(text(schema));
            case "array" -> array(schema);
            default -> object(schema);
        };
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = JsonMapper.shared().createObjectNode();
        schema.path("properties")
                .properties()
                .forEach(
                        member -> {
                            Optional<String> known =
                                    Optional.ofNullable(objects.get(member.getKey() + "Id"))
                                            .or(
                                                    () ->
                                                            Optional.ofNullable(
                                                                    objects.get(member.getKey())));
                            object.set(
                                    member.getKey(),
                                    known.<JsonNode>map(JSON::stringNode)
                                            .orElseGet(() -> of(member.getValue())));
                        });
        return object;
    }

    private ArrayNode array(JsonNode schema) {
        ArrayNode array = JsonMapper.shared().createArrayNode();
        array.add(of(schema.path("items")));
        return array;
    }

    /** A text that fits; when none does, one of the least length. */
    static String text(JsonNode schema) {
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String pattern = schema.path("pattern").asString("");
        for (String text : TEXTS) {
            if (text.length() >= least
                    && text.length() <= most
                    && Pattern.compile(pattern).matcher(text).find()) {
                return text;
            }
        }
        return "x".repeat(Math.max(least, 1));
    }
}
