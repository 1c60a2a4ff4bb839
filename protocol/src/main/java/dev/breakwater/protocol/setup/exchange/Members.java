/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.message.Json;
import dev.breakwater.protocol.message.MalformedMessage;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one JSON object, read strictly. Refusals name the member and never its value,
 * which may be secret.
 */
final class Members {

    private final ObjectNode object;
    private final String noun;

    private Members(ObjectNode object, String noun) {
        this.object = object;
        this.noun = noun;
    }

    static Members parse(byte[] json, int bytesMax, String noun) throws MalformedMessage {
        return new Members(Json.readObject(json, bytesMax, noun), noun);
    }

    static Members of(ObjectNode object, String noun) {
        return new Members(object, noun);
    }

    static Members ofNothing(String noun) {
        return new Members(Json.newObject(), noun);
    }

    ObjectNode object() {
        return object;
    }

    byte[] bytes() {
        return Json.write(object);
    }

    void requireWithin(Set<String> known) throws MalformedMessage {
        if (!known.containsAll(object.propertyNames())) {
            throw new MalformedMessage(
                    "%s has the members %s and no other"
                            .formatted(noun, String.join(", ", new TreeSet<>(known))));
        }
    }

    boolean has(String member) {
        return object.has(member);
    }

    String text(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isString()) {
            throw missing(member, "a string");
        }
        return node.stringValue();
    }

    int number(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw missing(member, "a whole number");
        }
        return node.intValue();
    }

    ObjectNode object(String member) throws MalformedMessage {
        if (object.path(member) instanceof ObjectNode found) {
            return found;
        }
        throw missing(member, "an object");
    }

    ArrayNode array(String member) throws MalformedMessage {
        if (object.path(member) instanceof ArrayNode found) {
            return found;
        }
        throw missing(member, "an array");
    }

    <T> T built(Supplier<T> record) throws MalformedMessage {
        try {
            return record.get();
        } catch (IllegalArgumentException outsideLimits) {
            throw new MalformedMessage(String.valueOf(outsideLimits.getMessage()), outsideLimits);
        }
    }

    private MalformedMessage missing(String member, String form) {
        return new MalformedMessage("%s has the member %s, %s".formatted(noun, member, form));
    }
}
