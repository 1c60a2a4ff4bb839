/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Strict reading and plain writing of JSON and CBOR objects. */
public final class Json {

    /** Deep enough for any configuration a person would write, shallow enough for any stack. */
    static final int NESTING_MAX = 32;

    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNumberLength(64)
                    .maxNameLength(256)
                    .build();

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(CONSTRAINTS)
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final ObjectMapper CBOR =
            CBORMapper.builder(
                            CBORFactory.builder()
                                    // A name found among those of earlier payloads is not decoded,
                                    // and FF "a" is found as "a".
                                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                                    .streamReadConstraints(CONSTRAINTS)
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /**
     * Reads UTF-8 text of one JSON object, with each member once and nothing behind it.
     *
     * @param noun what it is, for the refusal
     */
    public static ObjectNode readObject(byte[] payload, int bytesMax, String noun)
            throws MalformedMessage {
        requireLength(payload, bytesMax, noun);
        String text;
        try {
            // Decoded here and not by Jackson, which would guess UTF-16 and UTF-32 from the bytes.
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedMessage(noun + " must be UTF-8", notUtf8);
        }
        try {
            return requireObject(JSON.readTree(text), noun, "a JSON object");
        } catch (JacksonException notJson) {
            throw unreadable(noun, "JSON", notJson);
        }
    }

    static ObjectNode readCborMap(byte[] payload, int bytesMax, String noun)
            throws MalformedMessage {
        requireLength(payload, bytesMax, noun);
        try {
            return requireObject(CBOR.readTree(payload), noun, "a CBOR map");
        } catch (JacksonException notCbor) {
            throw unreadable(noun, "CBOR", notCbor);
        }
    }

    /** The object as UTF-8 text. */
    public static byte[] write(ObjectNode object) {
        return JSON.writeValueAsBytes(object);
    }

    static byte[] writeCbor(ObjectNode object) {
        return CBOR.writeValueAsBytes(object);
    }

    /** An object without members. */
    public static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** Refuses what is well-formed by the grammar and still cannot be stored or sent on. */
    static void requireStorable(JsonNode node, String noun) {
        requireStorable(node, noun, NESTING_MAX);
    }

    private static void requireStorable(JsonNode node, String noun, int levelsLeft) {
        if (levelsLeft < 0) {
            throw new IllegalArgumentException(
                    noun + " must not be nested deeper than " + NESTING_MAX + " levels");
        }
        if (node.isString()) {
            requireStorableText(node.stringValue(), noun);
        } else if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
            throw new IllegalArgumentException(noun + " must contain finite numbers only");
        }
        for (String name : node.propertyNames()) {
            requireStorableText(name, noun);
        }
        for (JsonNode child : node.values()) {
            requireStorable(child, noun, levelsLeft - 1);
        }
    }

    private static void requireStorableText(String text, String noun) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(noun + " must not contain the character U+0000");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(noun + " must not contain half of a surrogate pair");
        }
    }

    static void requireEncodedSize(ObjectNode object, int bytesMax, String noun) {
        requireStorable(object, noun);
        int length = write(object).length;
        if (length > bytesMax) {
            throw new IllegalArgumentException(tooLong(noun, length, bytesMax));
        }
    }

    private static void requireLength(byte[] payload, int bytesMax, String noun)
            throws MalformedMessage {
        if (payload.length > bytesMax) {
            throw new MalformedMessage(tooLong(noun, payload.length, bytesMax));
        }
    }

    private static String tooLong(String noun, int length, int bytesMax) {
        return "%s must be at most %d bytes, not %d".formatted(noun, bytesMax, length);
    }

    private static ObjectNode requireObject(JsonNode node, String noun, String form)
            throws MalformedMessage {
        if (!(node instanceof ObjectNode object)) {
            throw new MalformedMessage(noun + " must be " + form);
        }
        try {
            requireStorable(object, noun);
        } catch (IllegalArgumentException notStorable) {
            throw new MalformedMessage(String.valueOf(notStorable.getMessage()), notStorable);
        }
        return object;
    }

    private static MalformedMessage unreadable(String noun, String form, JacksonException cause) {
        // Only the place is told: Jackson's own text quotes the payload.
        var place = cause.getLocation();
        String where =
                place == null || place.getColumnNr() < 1
                        ? ""
                        : " (line %d, column %d)".formatted(place.getLineNr(), place.getColumnNr());
        return new MalformedMessage(
                "%s must be well-formed %s of at most %d levels with each member once%s"
                        .formatted(noun, form, NESTING_MAX, where));
    }
}
