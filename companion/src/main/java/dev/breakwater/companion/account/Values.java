/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads members that an answer must have. What is missing or of another form is an {@link
 * IllegalArgumentException}, which {@link Asking} turns into an outcome. Members it does not know
 * are left alone: a newer server says more.
 */
final class Values {

    private Values() {}

    static String text(JsonNode object, String name) {
        return optionalText(object, name)
                .orElseThrow(() -> new IllegalArgumentException("the answer has no " + name));
    }

    static Optional<String> optionalText(JsonNode object, String name) {
        return object.path(name).isString()
                ? Optional.of(object.path(name).stringValue())
                : Optional.empty();
    }

    static Instant time(JsonNode object, String name) {
        try {
            return Instant.parse(text(object, name));
        } catch (DateTimeException noTime) {
            throw new IllegalArgumentException(name + " is no time", noTime);
        }
    }

    static Optional<Instant> optionalTime(JsonNode object, String name) {
        return object.has(name) ? Optional.of(time(object, name)) : Optional.empty();
    }

    static boolean yes(JsonNode object, String name) {
        if (!object.path(name).isBoolean()) {
            throw new IllegalArgumentException("the answer has no " + name);
        }
        return object.path(name).booleanValue();
    }

    static long number(JsonNode object, String name) {
        if (!object.path(name).canConvertToLong()) {
            throw new IllegalArgumentException("the answer has no " + name);
        }
        return object.path(name).longValue();
    }

    static ObjectNode object(JsonNode object, String name) {
        if (object.path(name) instanceof ObjectNode inner) {
            return inner;
        }
        throw new IllegalArgumentException("the answer has no " + name);
    }
}
