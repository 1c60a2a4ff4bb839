/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one JSON object, read strictly. Refusals name the member and never its value,
 * which may be secret. For one thread.
 *
 * <pre>{@code
 * Members members = Members.parse(json, 512, "a place");
 * members.requireWithin(Set.of("host", "port"));
 * return members.built(() -> new Place(host, port));
 * }</pre>
 */
public final class Members {

    /** The largest whole number that every reader of JSON keeps exact (RFC 8259 section 6). */
    private static final long COUNT_MAX = (1L << 53) - 1;

    private final ObjectNode object;
    private final String noun;

    private Members(ObjectNode object, String noun) {
        this.object = object;
        this.noun = noun;
    }

    /**
     * Reads an object.
     *
     * @param bytesMax the longest text of one
     * @param noun what it is, for the refusal
     */
    public static Members parse(byte[] json, int bytesMax, String noun) throws MalformedMessage {
        return new Members(Json.readObject(json, bytesMax, noun), noun);
    }

    /** The members of an object that was read already. */
    public static Members of(ObjectNode object, String noun) {
        return new Members(object, noun);
    }

    /** No members yet, to be written into {@link #object()}. */
    public static Members ofNothing(String noun) {
        return new Members(Json.newObject(), noun);
    }

    /** What they are members of. */
    public ObjectNode object() {
        return object;
    }

    /** The object as UTF-8 text. */
    public byte[] bytes() {
        return Json.write(object);
    }

    /** Refuses members that are not among these. */
    public void requireWithin(Set<String> known) throws MalformedMessage {
        if (!known.containsAll(object.propertyNames())) {
            throw new MalformedMessage(
                    "%s has the members %s and no other"
                            .formatted(noun, String.join(", ", new TreeSet<>(known))));
        }
    }

    /** Whether there is a member of this name. */
    public boolean has(String member) {
        return object.has(member);
    }

    /** A member that must be there and a string. */
    public String text(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isString()) {
            throw missing(member, "a string");
        }
        return node.stringValue();
    }

    /** A member that must be there and a whole number of 32 bits. */
    public int number(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw missing(member, "a whole number");
        }
        return node.intValue();
    }

    /**
     * A member that must be there and a whole number of 0 or more that every reader keeps exact.
     */
    public long count(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < 0
                || node.longValue() > COUNT_MAX) {
            throw missing(member, "a whole number of 0 to " + COUNT_MAX);
        }
        return node.longValue();
    }

    /** A member that must be there and true or false. */
    public boolean flag(String member) throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isBoolean()) {
            throw missing(member, "true or false");
        }
        return node.booleanValue();
    }

    /** A member that may be there and is a string then. */
    public Optional<String> optionalText(String member) throws MalformedMessage {
        return has(member) ? Optional.of(text(member)) : Optional.empty();
    }

    /** A member that must be there and a UUID in its only spelling (RFC 9562 section 4). */
    public UUID uuid(String member) throws MalformedMessage {
        String text = text(member);
        try {
            UUID uuid = UUID.fromString(text);
            // The JDK reads a UUID in many spellings; here it has one.
            if (uuid.toString().equals(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException notOne) {
            throw new MalformedMessage(notAUuid(member), notOne);
        }
        throw new MalformedMessage(notAUuid(member));
    }

    private String notAUuid(String member) {
        return "%s has the member %s, a UUID in lower-case hexadecimal digits"
                .formatted(noun, member);
    }

    /** A member that must be there and a time of RFC 3339 in UTC. */
    public Instant time(String member) throws MalformedMessage {
        return Times.parse(text(member), noun + "'s " + member);
    }

    /** A member that must be there and an object. */
    public ObjectNode object(String member) throws MalformedMessage {
        if (object.path(member) instanceof ObjectNode found) {
            return found;
        }
        throw missing(member, "an object");
    }

    /** A member that must be there and an array. */
    public ArrayNode array(String member) throws MalformedMessage {
        if (object.path(member) instanceof ArrayNode found) {
            return found;
        }
        throw missing(member, "an array");
    }

    /** A record of what was read, whose refusal becomes that of the message. */
    public <T> T built(Supplier<T> record) throws MalformedMessage {
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
