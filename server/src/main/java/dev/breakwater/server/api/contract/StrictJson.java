/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that can be read in one way only (RFC 8259 and the advice of RFC 7493, I-JSON): UTF-8,
 * no member twice, nothing behind the value, no half surrogates, no NUL, no number that a double
 * could not hold. What passes here means the same to every reader behind it.
 */
final class StrictJson {

    private static final int NUMBER_CHARACTERS_MAX = 40;
    private static final int NAME_CHARACTERS_MAX = 256;
    private static final int TOKENS_MAX = 100_000;

    private final JsonMapper mapper;

    StrictJson(int depthMax) {
        StreamReadConstraints constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(depthMax)
                        .maxNumberLength(NUMBER_CHARACTERS_MAX)
                        .maxNameLength(NAME_CHARACTERS_MAX)
                        .maxTokenCount(TOKENS_MAX)
                        .build();
        this.mapper =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .streamReadConstraints(constraints)
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .build())
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
    }

    JsonNode read(byte[] bytes) throws ContractViolation {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
        } catch (CharacterCodingException notUtf8) {
            throw malformed("", "is not UTF-8");
        }
        JsonParser parser = mapper.createParser(text);
        try (parser) {
            JsonNode tree = mapper.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw malformed("", "is empty where a JSON value belongs");
            }
            if (parser.nextToken() != null) {
                throw malformed("", "goes on behind its JSON value");
            }
            examine("", tree);
            return tree;
        } catch (JacksonException refused) {
            throw malformed(
                    parser.streamReadContext().pathAsPointer().toString(),
                    "is not acceptable JSON: " + firstLine(refused.getOriginalMessage()));
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static void examine(String pointer, JsonNode node) throws ContractViolation {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                String inside = pointer + "/" + escaped(member.getKey());
                examineText(inside, member.getKey());
                examine(inside, member.getValue());
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                examine(pointer + "/" + i, node.get(i));
            }
        } else if (node.isString()) {
            examineText(pointer, node.stringValue());
        } else if (node.isBigDecimal()) {
            BigDecimal number = node.decimalValue();
            // An exponent such as 1e999999999 is short on the wire and endless once expanded.
            if (Math.abs((long) number.precision() - number.scale()) > 308
                    || Math.abs((long) number.scale()) > 340) {
                throw malformed(pointer, "is a number outside the range of a double");
            }
        }
    }

    private static void examineText(String pointer, String text) throws ContractViolation {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw malformed(pointer, "holds the character U+0000");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw malformed(pointer, "holds half of a surrogate pair");
            }
        }
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static ContractViolation malformed(String pointer, String text) {
        return new ContractViolation(
                ContractViolation.Kind.BODY_MALFORMED, new Fault(Fault.Place.BODY, pointer, text));
    }
}
