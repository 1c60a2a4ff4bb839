/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.api.contract.Fault;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.api.contract.Values;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jetty.server.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that has passed every gate: what its operation takes is there and of the right form.
 *
 * @param browser what the request tells of a browser
 * @param bytes the body as it came, for operations whose body is not JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, read once
record Call(
        Operation operation,
        Values values,
        Optional<JsonNode> json,
        Browser browser,
        byte[] bytes,
        String source,
        Limits limits) {

    private static final String ANY = "*";

    /** What If-Match asks for. */
    sealed interface IfMatch {

        /** The version it must be; empty for whatever it is, and when nothing was asked. */
        default Optional<Long> expectedVersion() {
            return this instanceof Exactly(long version) ? Optional.of(version) : Optional.empty();
        }

        /** The header is absent. */
        record Absent() implements IfMatch {}

        /** Whatever the version is. */
        record Any() implements IfMatch {}

        /** This version and no other. */
        record Exactly(long version) implements IfMatch {}
    }

    /** The JSON body. */
    ObjectNode body() {
        return (ObjectNode)
                json.orElseThrow(() -> new IllegalStateException(operation + " takes no JSON"));
    }

    /** A required text member of the body. */
    String text(String member) {
        return body().path(member).asString("");
    }

    /** A member of the body that may be absent. */
    Optional<JsonNode> member(String name) {
        JsonNode member = body().path(name);
        return member instanceof MissingNode ? Optional.empty() : Optional.of(member);
    }

    /** A parameter in the path, read as an id. */
    <T> T id(String parameter, Function<String, T> parse) {
        return parse.apply(values.text(parameter));
    }

    /**
     * How many rows to return: what was asked for, or a hundred. One less than the limit at most,
     * for the row behind the last is read too and tells whether there are more.
     */
    int count(Limit max) {
        return Math.min(values.optionalInteger("limit").orElse(100), limits.of(max) - 1);
    }

    /** Where a listing goes on. */
    <T> Optional<T> cursor(Function<String, T> parse) throws ContractViolation {
        Optional<String> cursor = values.optionalText("cursor");
        if (cursor.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(Page.open(cursor.get())));
        } catch (IllegalArgumentException foreign) {
            throw ContractViolation.parameter(
                    Fault.Place.QUERY, "cursor", "is not one that this listing gave");
        }
    }

    /** A time in the query. */
    Optional<Instant> time(String parameter) throws ContractViolation {
        Optional<String> text = values.optionalText(parameter);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text.get()));
        } catch (java.time.DateTimeException outside) {
            throw ContractViolation.parameter(
                    Fault.Place.QUERY, parameter, "is not a time such as 2026-11-22T10:00:00Z");
        }
    }

    IfMatch ifMatch() {
        Optional<String> tag = values.optionalText("If-Match");
        if (tag.isEmpty()) {
            return new IfMatch.Absent();
        }
        String text = tag.get();
        return text.equals(ANY) ? new IfMatch.Any() : new IfMatch.Exactly(EntityTag.version(text));
    }

    /** What a repetition with the same Idempotency-Key must equal. */
    byte[] fingerprint(Request request) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String head = request.getMethod() + " " + request.getHttpURI().getPathQuery() + "\n";
        all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
        return all.toByteArray();
    }
}
