/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of a file, whose members are taken with their types or refused.
 *
 * @param node the object
 * @param noun what it is, for the refusal
 */
record Member(ObjectNode node, String noun) {

    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");

    boolean has(String name) {
        return node.has(name);
    }

    String text(String name) throws MalformedMetadata {
        JsonNode member = node.path(name);
        if (!member.isString()) {
            throw wrong(name, "a string");
        }
        return member.stringValue();
    }

    long number(String name) throws MalformedMetadata {
        JsonNode member = node.path(name);
        if (!member.isIntegralNumber()) {
            throw wrong(name, "a whole number");
        }
        return member.longValue();
    }

    boolean flag(String name) throws MalformedMetadata {
        JsonNode member = node.path(name);
        if (!member.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return member.booleanValue();
    }

    Instant time(String name) throws MalformedMetadata {
        String text = text(name);
        if (TIME.matcher(text).matches()) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException notADate) {
                throw new MalformedMetadata(timeForm(name), notADate);
            }
        }
        throw new MalformedMetadata(timeForm(name));
    }

    private String timeForm(String name) {
        return "%s must have the member %s, a time such as 2026-11-22T10:00:00Z"
                .formatted(noun, name);
    }

    Member object(String name) throws MalformedMetadata {
        if (node.path(name) instanceof ObjectNode found) {
            return new Member(found, noun + "'s " + name);
        }
        throw wrong(name, "an object");
    }

    /** The members of an object of objects, in their order. */
    Map<String, Member> objects(String itemNoun) throws MalformedMetadata {
        Map<String, Member> found = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!(member.getValue() instanceof ObjectNode item)) {
                throw new MalformedMetadata(noun + " must have members that are objects");
            }
            found.put(member.getKey(), new Member(item, itemNoun));
        }
        return found;
    }

    List<Member> list(String name, String itemNoun) throws MalformedMetadata {
        List<Member> found = new ArrayList<>();
        for (JsonNode item : array(name)) {
            if (!(item instanceof ObjectNode object)) {
                throw wrong(name, "a list of objects");
            }
            found.add(new Member(object, itemNoun));
        }
        return found;
    }

    List<String> texts(String name) throws MalformedMetadata {
        List<String> found = new ArrayList<>();
        for (JsonNode item : array(name)) {
            if (!item.isString()) {
                throw wrong(name, "a list of strings");
            }
            found.add(item.stringValue());
        }
        return found;
    }

    private ArrayNode array(String name) throws MalformedMetadata {
        if (node.path(name) instanceof ArrayNode found) {
            return found;
        }
        throw wrong(name, "a list");
    }

    KeyId keyId(String text) throws MalformedMetadata {
        return built(() -> new KeyId(text));
    }

    /** Makes a record, whose own limits are refused as what they are. */
    <T> T built(Supplier<T> record) throws MalformedMetadata {
        try {
            return record.get();
        } catch (IllegalArgumentException outsideLimits) {
            throw new MalformedMetadata(noun + ": " + outsideLimits.getMessage(), outsideLimits);
        }
    }

    private MalformedMetadata wrong(String name, String form) {
        return new MalformedMetadata("%s must have the member %s, %s".formatted(noun, name, form));
    }
}
