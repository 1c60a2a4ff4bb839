/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.attack.wire.Request;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON that is no JSON, is too much of it, or has members that it must not have. */
final class BodyMutations {

    private static final int DEPTH = 20_000;
    private static final int DIGITS = 100_000;
    private static final int LARGE_BYTES = 400_000;

    private final Contract contract;
    private final Contract.Operation operation;
    private final Request sound;
    private final Collected collected;

    BodyMutations(Contract contract, Contract.Operation operation, Request sound) {
        this.contract = contract;
        this.operation = operation;
        this.sound = sound;
        this.collected = new Collected(operation);
    }

    List<Attempt> all() {
        if (operation.body().isEmpty() || !operation.body().get().isJson()) {
            return List.of();
        }
        String text = sound.text().orElseThrow();
        JsonNode schema = operation.body().get().schema();
        boolean isOpen = schema.path("additionalProperties").asBoolean(false);
        notJson(text);
        bombs(text);
        for (String name :
                List.of(
                        "surprise",
                        "__proto__",
                        "constructor",
                        "id",
                        "organization",
                        "createdAt",
                        "permissions",
                        "isAdmin",
                        "@type",
                        "$ref",
                        "")) {
            if (!schema.path("properties").has(name) && !isOpen) {
                collected.refused(
                        "member that is not taken", with(text, "\"" + name + "\":{\"a\":1}"));
            }
        }
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            member(
                    text,
                    member.getKey(),
                    contract.resolved(member.getValue()),
                    isRequired(schema, member.getKey()));
        }
        return collected.all();
    }

    private static boolean isRequired(JsonNode schema, String name) {
        for (JsonNode one : schema.path("required")) {
            if (one.asString().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private void notJson(String text) {
        for (String other :
                List.of(
                        "",
                        " ",
                        "[]",
                        "null",
                        "true",
                        "1",
                        "\"text\"",
                        "{",
                        "{]",
                        "{'a':1}",
                        "<a/>")) {
            collected.refused("something that is no object", sound.carrying(other));
        }
        collected.refused("text behind the value", sound.carrying(text + "x"));
        collected.refused("second value behind the value", sound.carrying(text + text));
        collected.refused("comma too many", sound.carrying(text.replaceFirst("}$", ",}")));
        collected.refused("comment", sound.carrying("/* */" + text));
        collected.refused("byte order mark", sound.carrying("\uFEFF" + text));
        collected.refused("UTF-16", sound.carrying(text.getBytes(UTF_16LE)));
        collected.refused("no number", with(text, "\"a\":NaN"));
        collected.refused("number with a leading zero", with(text, "\"a\":012"));
        collected.refused("bytes that are no UTF-8", bytes(text, 0xff, 0xfe));
        collected.refused("overlong UTF-8", bytes(text, 0xc0, 0xaf));
        collected.refused("surrogate in UTF-8", bytes(text, 0xed, 0xa0, 0x80));
    }

    private void bombs(String text) {
        collected.refused("deep objects", with(text, "\"a\":" + "{\"a\":".repeat(DEPTH) + "1"));
        collected.refused(
                "deep lists", with(text, "\"a\":" + "[".repeat(DEPTH) + "]".repeat(DEPTH)));
        collected.refused("number beyond a double", with(text, "\"a\":1e999999999"));
        collected.refused("number of many digits", with(text, "\"a\":" + "9".repeat(DIGITS)));
        collected.refused(
                "fraction of many digits", with(text, "\"a\":0." + "0".repeat(DIGITS) + "1"));
        collected.refused("lone surrogate", with(text, "\"a\":\"\\ud800\""));
        collected.refused(
                "more than may be sent", with(text, "\"a\":\"" + "a".repeat(LARGE_BYTES) + "\""));
        StringBuilder many = new StringBuilder("\"a0\":1");
        for (int i = 1; i < 10_000; i++) {
            many.append(",\"a").append(i).append("\":1");
        }
        collected.refused("ten thousand members", with(text, many.toString()));
        collected.refused("a member twice", with(text, "\"a\":1,\"a\":2"));
        collected.refused("a member twice, once escaped", with(text, "\"a\":1,\"\\u0061\":2"));
    }

    private void member(String text, String name, JsonNode schema, boolean required) {
        ObjectNode body = (ObjectNode) JsonMapper.shared().readTree(text);
        JsonNode good = body.path(name);
        if (required) {
            ObjectNode without = body.deepCopy();
            without.remove(name);
            collected.refused("member missing", sound.carrying(without.toString()));
        }
        collected.refused(
                "the same member twice",
                with(text, JsonMapper.shared().writeValueAsString(name) + ":" + good));
        for (String other : othersThan(schema)) {
            collected.refused("member of another type", replaced(body, name, other));
        }
        if (schema.path("type").asString().equals("string") && !schema.has("enum")) {
            collected.refused(
                    "member too long",
                    replaced(
                            body,
                            name,
                            "\"" + "a".repeat(schema.path("maxLength").asInt(64) + 1) + "\""));
            collected.refused("member with a lone surrogate", replaced(body, name, "\"\\udfff\""));
            for (String nasty :
                    List.of(
                            "' OR '1'='1",
                            "'; DROP TABLE device; --",
                            "<script>alert(1)</script>",
                            "{{7*7}}${7*7}",
                            "../../etc/passwd",
                            "%00%0d%0a")) {
                collected.harmless(
                        "member with a payload",
                        replaced(body, name, JsonMapper.shared().writeValueAsString(nasty)));
            }
        }
        if (schema.has("maximum")) {
            collected.refused(
                    "number above its most",
                    replaced(body, name, Long.toString(schema.path("maximum").asLong() + 1)));
            collected.refused("number below its least", replaced(body, name, "-1"));
            collected.refused("number with a fraction", replaced(body, name, "1.5"));
        }
        if (schema.has("enum")) {
            collected.refused("none of the words", replaced(body, name, "\"superuser\""));
        }
    }

    private static List<String> othersThan(JsonNode schema) {
        Map<String, String> byType =
                Map.of(
                        "string", "\"x\"",
                        "integer", "7",
                        "boolean", "true",
                        "object", "{}",
                        "array", "[]",
                        "null", "null");
        String own = schema.path("type").asString("object");
        List<String> others = new ArrayList<>();
        byType.forEach(
                (type, value) -> {
                    if (!type.equals(own)) {
                        others.add(value);
                    }
                });
        return others;
    }

    private Request replaced(ObjectNode body, String name, String value) {
        ObjectNode without = body.deepCopy();
        without.remove(name);
        return with(without.toString(), JsonMapper.shared().writeValueAsString(name) + ":" + value);
    }

    /** The body with a further member, whatever it is. */
    private Request with(String text, String member) {
        String rest = text.substring(1);
        return sound.carrying("{" + member + (rest.equals("}") ? "" : ",") + rest);
    }

    private Request bytes(String text, int... raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("{\"a\":\"".getBytes(UTF_8));
        for (int one : raw) {
            bytes.write(one);
        }
        bytes.writeBytes(("\"," + text.substring(1)).getBytes(UTF_8));
        return sound.carrying(bytes.toByteArray());
    }
}
