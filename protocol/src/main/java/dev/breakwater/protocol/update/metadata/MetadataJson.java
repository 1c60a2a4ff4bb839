/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strict reading and plain writing of metadata. What two readers could read differently is refused.
 */
final class MetadataJson {

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MetadataLimits.NESTING_MAX)
                                                    .maxNumberLength(20)
                                                    .maxNameLength(
                                                            MetadataLimits
                                                                    .TARGET_PATH_CHARACTERS_MAX)
                                                    .maxStringLength(
                                                            MetadataLimits.STRING_CHARACTERS_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private MetadataJson() {}

    static ObjectNode read(byte[] file, int bytesMax, String noun) throws MalformedMetadata {
        if (file.length > bytesMax) {
            throw new MalformedMetadata(
                    "%s must be at most %d bytes, not %d".formatted(noun, bytesMax, file.length));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedMetadata(noun + " must be UTF-8", notUtf8);
        }
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException notJson) {
            // Without its text, which quotes the file.
            throw new MalformedMetadata(
                    "%s must be well-formed JSON of at most %d levels with each member once"
                            .formatted(noun, MetadataLimits.NESTING_MAX));
        }
        if (!(node instanceof ObjectNode object)) {
            throw new MalformedMetadata(noun + " must be a JSON object");
        }
        requireExact(object, noun);
        return object;
    }

    static byte[] write(ObjectNode object) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** Whole numbers that every reader keeps exact, and text that has a form in UTF-8. */
    private static void requireExact(JsonNode node, String noun) throws MalformedMetadata {
        if (node.isNumber() && !isExact(node)) {
            throw new MalformedMetadata(
                    "%s may hold whole numbers up to %d only"
                            .formatted(noun, MetadataLimits.NUMBER_MAX));
        }
        if (node.isString()) {
            requireText(node.stringValue(), noun);
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            requireText(member.getKey(), noun);
        }
        for (JsonNode child : node.values()) {
            requireExact(child, noun);
        }
    }

    private static boolean isExact(JsonNode number) {
        return number.isIntegralNumber()
                && number.canConvertToLong()
                && Math.abs(number.longValue()) <= MetadataLimits.NUMBER_MAX
                && number.longValue() != Long.MIN_VALUE;
    }

    private static void requireText(String text, String noun) throws MalformedMetadata {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new MalformedMetadata(noun + " must not contain half of a surrogate pair");
        }
    }
}
