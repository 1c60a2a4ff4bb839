/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads our part of {@code custom}, of which every member is known: a restriction that a device
 * does not know must not be one that it does not keep.
 */
final class CustomMembers {

    /** The member of {@code custom} that is ours; the others are the product's own. */
    static final String NAME = "breakwater";

    /** The only edition of the format so far. */
    static final int FORMAT = 1;

    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");

    private final ObjectNode node;
    private final String noun;

    private CustomMembers(ObjectNode node, String noun) {
        this.node = node;
        this.noun = noun;
    }

    static CustomMembers of(ObjectNode custom, String noun, Set<String> known)
            throws MalformedMetadata {
        if (!(custom.path(NAME) instanceof ObjectNode node)) {
            throw new MalformedMetadata(noun + " must have the member " + NAME + ", an object");
        }
        CustomMembers members = new CustomMembers(node, noun);
        if (members.number("format") != FORMAT) {
            throw new MalformedMetadata(noun + " must be of format " + FORMAT);
        }
        for (String name : node.propertyNames()) {
            if (!name.equals("format") && !known.contains(name)) {
                throw new MalformedMetadata(noun + " must have no members but those of its format");
            }
        }
        return members;
    }

    static ObjectNode write(ObjectNode custom) {
        ObjectNode node = custom.putObject(NAME);
        node.put("format", FORMAT);
        return node;
    }

    String text(String name) throws MalformedMetadata {
        JsonNode member = node.path(name);
        if (!member.isString()) {
            throw wrong(name, "a string");
        }
        return member.stringValue();
    }

    Optional<String> optionalText(String name) throws MalformedMetadata {
        return node.has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    long number(String name) throws MalformedMetadata {
        JsonNode member = node.path(name);
        if (!member.isIntegralNumber()
                || !member.canConvertToLong()
                || member.longValue() < 0
                || member.longValue() > MetadataLimits.NUMBER_MAX) {
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
                throw new MalformedMetadata(noun + "'s " + name + " must be a time", notADate);
            }
        }
        throw wrong(name, "a time such as 2026-11-22T10:00:00Z");
    }

    List<String> texts(String name) throws MalformedMetadata {
        if (!(node.path(name) instanceof ArrayNode array)) {
            throw wrong(name, "a list of strings");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : array) {
            if (!item.isString()) {
                throw wrong(name, "a list of strings");
            }
            texts.add(item.stringValue());
        }
        return texts;
    }

    boolean has(String name) {
        return node.has(name);
    }

    <T> T built(Supplier<T> record) throws MalformedMetadata {
        try {
            return record.get();
        } catch (IllegalArgumentException outsideLimits) {
            throw new MalformedMetadata(noun + ": " + outsideLimits.getMessage(), outsideLimits);
        }
    }

    private MalformedMetadata wrong(String name, String form) {
        return new MalformedMetadata(noun + " must have the member " + name + ", " + form);
    }
}
