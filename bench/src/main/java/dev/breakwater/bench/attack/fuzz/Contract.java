/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The operations of an OpenAPI document, with what an attacker needs of it. */
public final class Contract {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)}");

    /** Of the SHA-256 by which some things are known; all others have a UUID. */
    private static final int HASH_DIGITS = 64;

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();

    /** Reads a document. */
    public Contract(JsonNode document) {
        this.document = document;
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                one ->
                                                        operations.add(
                                                                operation(
                                                                        path.getKey(),
                                                                        one.getKey(),
                                                                        one.getValue()))));
    }

    /**
     * A parameter.
     *
     * @param place {@code path}, {@code query} or {@code header}
     */
    public record Parameter(String name, String place, JsonNode schema) {}

    /** What is sent. */
    public record Body(String mediaType, JsonNode schema) {

        /** Whether it is JSON. */
        public boolean isJson() {
            return mediaType.endsWith("json");
        }
    }

    /**
     * One operation.
     *
     * @param isStream whether it is answered with events that go on until somebody ends them
     */
    public record Operation(
            String id,
            String method,
            String path,
            String permission,
            List<Parameter> parameters,
            Optional<Body> body,
            boolean isStream) {

        /** Copies the list. */
        public Operation {
            parameters = List.copyOf(parameters);
        }

        /** Whether anybody may call it. */
        public boolean isPublic() {
            return permission.equals("public");
        }

        /** Whether it is a member's own affair, which takes a session and no token. */
        public boolean isOwnAffair() {
            return permission.startsWith("self:");
        }

        /** Whether it changes something, or may. */
        public boolean isUnsafe() {
            return !method.equals("GET") && !method.equals("HEAD");
        }

        /** The parameters of one place. */
        public List<Parameter> in(String place) {
            return parameters.stream().filter(one -> one.place.equals(place)).toList();
        }

        /** The path with ids in it, by the names of its variables. */
        public String at(Map<String, String> objects) {
            return VARIABLE.matcher(path)
                    .replaceAll(
                            found ->
                                    Matcher.quoteReplacement(
                                            Optional.ofNullable(objects.get(found.group(1)))
                                                    .orElseGet(() -> nobodys(found.group(1)))));
        }

        /** A value in the form that the parameter has, of nothing that there is. */
        private String nobodys(String variable) {
            JsonNode schema =
                    in("path").stream()
                            .filter(one -> one.name.equals(variable))
                            .findFirst()
                            .orElseThrow()
                            .schema;
            if (schema.path("examples").has(0)) {
                return schema.path("examples").path(0).asString();
            }
            if (schema.path("type").asString("").equals("integer")) {
                return schema.path("minimum").asString();
            }
            return schema.path("minLength").asInt() == HASH_DIGITS
                    ? "0".repeat(HASH_DIGITS)
                    : "00000000-0000-7000-8000-000000000000";
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private Operation operation(String path, String method, JsonNode node) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode one : node.path("parameters")) {
            JsonNode parameter = resolved(one);
            parameters.add(
                    new Parameter(
                            parameter.path("name").asString(),
                            parameter.path("in").asString(),
                            resolved(parameter.path("schema"))));
        }
        Optional<Body> body =
                resolved(node.path("requestBody")).path("content").properties().stream()
                        .findFirst()
                        .map(
                                content ->
                                        new Body(
                                                content.getKey(),
                                                resolved(content.getValue().path("schema"))));
        return new Operation(
                node.path("operationId").asString(),
                method.toUpperCase(java.util.Locale.ROOT),
                path,
                node.path("x-permission").asString("public"),
                parameters,
                body,
                streams(node.path("responses")));
    }

    private boolean streams(JsonNode responses) {
        return responses.properties().stream()
                .filter(one -> one.getKey().startsWith("2"))
                .anyMatch(one -> resolved(one.getValue()).path("content").has(Answer.EVENTS));
    }

    /** What a reference refers to; anything else is what it is. */
    public JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : resolved(document.at(reference.substring(1)));
    }

    /** All of them, in the order of the document. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** A request as it should be. */
    public Request sound(Operation operation, Map<String, String> objects, String token) {
        Request request = Request.of(operation.method(), operation.at(objects));
        if (!operation.isPublic()) {
            request = request.as(token);
        }
        if (operation.in("header").stream().anyMatch(one -> one.name().equals("If-Match"))) {
            request = request.with("If-Match: *");
        }
        if (operation.body().isPresent()) {
            Body body = operation.body().get();
            request =
                    request.with("Content-Type: " + body.mediaType())
                            .carrying(
                                    body.isJson()
                                            ? new Samples(this, objects)
                                                    .of(body.schema())
                                                    .toString()
                                            : "x");
        }
        return request;
    }
}
