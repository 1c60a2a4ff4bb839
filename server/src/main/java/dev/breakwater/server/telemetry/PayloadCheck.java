/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.envelope.Envelope;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.dataformat.cbor.CBORConstants;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORParser;

/**
 * Decides whether a payload is one strict JSON object or CBOR map, or a sealed payload, of which
 * only the outside is looked at. It reads the payload once, token by token, and keeps nothing of
 * it.
 *
 * <p>The texts of CBOR are judged as decoded: its reader takes overlong UTF-8 for what it stands
 * for. That opens no way around the check for doubled members, which compares decoded names.
 */
public final class PayloadCheck {

    private static final int NUMBER_DIGITS_MAX = 64;

    /** 64 decimal digits need at most this many bits. */
    private static final int NUMBER_BITS_MAX = 213;

    private static final int EXPONENT_DIGITS_MAX = 3;

    /** Written as JSON it takes up to eight more: leading zeros, or its exponent. */
    private static final int DECIMAL_DIGITS_MAX = NUMBER_DIGITS_MAX - 8;

    private static final int NAME_CHARACTERS_MAX = 256;
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final int bytesMax;
    private final JsonFactory json;
    private final CBORFactory cbor;

    /** Takes what is within these limits. */
    public PayloadCheck(Limits limits) {
        this.bytesMax = limits.of(Limit.TELEMETRY_PAYLOAD_BYTES);
        StreamReadConstraints constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(limits.of(Limit.JSON_DEPTH))
                        .maxNumberLength(NUMBER_DIGITS_MAX)
                        .maxNameLength(NAME_CHARACTERS_MAX)
                        .build();
        this.json =
                JsonFactory.builder()
                        .recyclerPool(JsonRecyclerPools.threadLocalPool())
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        this.cbor =
                CBORFactory.builder()
                        // A name found among those of earlier payloads is not decoded, and FF "a"
                        // is found as "a". What passes must not depend on what others have sent.
                        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                        .recyclerPool(JsonRecyclerPools.threadLocalPool())
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
    }

    /**
     * The payload's form.
     *
     * @throws MessageRefused if it is anything else; the text says what is wrong and quotes nothing
     */
    public PayloadForm require(byte[] payload) {
        if (payload.length > bytesMax) {
            throw refused("it has %d bytes, more than %d".formatted(payload.length, bytesMax));
        }
        PayloadForm form = PayloadForm.of(payload);
        try {
            switch (form) {
                case JSON -> requireJson(payload);
                case CBOR -> {
                    try (JsonParser parser =
                            cbor.createParser(ObjectReadContext.empty(), payload)) {
                        requireOneObject(parser, form, true);
                    }
                }
                case SEALED -> requireEnvelope(payload);
            }
        } catch (JacksonException | ArithmeticException unreadable) {
            // Jackson's own text quotes the payload, which is not for a log.
            throw refused("it is not well-formed, or has a member twice, or is nested too deeply");
        }
        return form;
    }

    /** As far as can be seen without the key; whether it opens, its recipient finds out. */
    private static void requireEnvelope(byte[] payload) {
        Optional<EnvelopeFault> fault = Envelope.fault(payload);
        if (fault.isPresent()) {
            throw refused(
                    switch (fault.get()) {
                        case CUT_SHORT -> "it begins like a sealed payload and is cut short";
                        case UNKNOWN_SUITE -> "it is sealed by a suite that is not known here";
                        case TOO_LONG,
                                UNKNOWN_VERSION,
                                UNKNOWN_KEY,
                                DOES_NOT_OPEN,
                                AHEAD_OF_TIME,
                                REPLAYED,
                                TOO_OLD ->
                                "it is no sealed payload";
                    });
        }
    }

    /**
     * Left to itself, Jackson would take other encodings for what their first bytes look like, and
     * a byte order mark for nothing. UTF-8 without zero bytes leaves no room for such guesses; and
     * what such bytes cannot say, only an escape can.
     */
    private void requireJson(byte[] payload) {
        int allBits = 0;
        boolean hasZero = false;
        boolean hasEscape = false;
        for (byte octet : payload) {
            allBits |= octet;
            hasZero |= octet == 0;
            hasEscape |= octet == '\\';
        }
        if (hasZero || (allBits < 0 && !isUtf8WithoutMark(payload))) {
            throw refused("it is not UTF-8");
        }
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), payload)) {
            requireOneObject(parser, PayloadForm.JSON, hasEscape);
        }
    }

    private static boolean isUtf8WithoutMark(byte[] payload) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return text.charAt(0) != BYTE_ORDER_MARK;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    /**
     * @param anyText whether a text may hold characters that no database or encoding takes
     */
    private static void requireOneObject(JsonParser parser, PayloadForm form, boolean anyText) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw refused("it is not a JSON object or CBOR map");
        }
        requireNoStringReferences(parser);
        int levels = 1;
        while (levels > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw refused("it ends too early");
            }
            requireNoStringReferences(parser);
            switch (token) {
                case START_OBJECT, START_ARRAY -> levels++;
                case END_OBJECT, END_ARRAY -> levels--;
                case PROPERTY_NAME -> {
                    if (anyText) {
                        requireText(parser.getString());
                    }
                    if (form == PayloadForm.CBOR) {
                        requireDecodedName(parser.getString());
                    }
                }
                case VALUE_STRING -> {
                    if (anyText) {
                        requireText(parser.getString());
                    }
                }
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> requireNumber(parser, form);
                case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {}
                // CBOR's byte strings; JSON shows them as base64.
                case VALUE_EMBEDDED_OBJECT -> requireBytes(parser);
                case NOT_AVAILABLE -> throw refused("it ends too early");
            }
        }
        if (parser.nextToken() != null) {
            throw refused("something follows the object");
        }
    }

    /**
     * Three bytes of CBOR can stand for a long text that came before (tags 25 and 256): a payload
     * within its limit would become gigabytes of JSON for whoever reads it. Without the tag that
     * opens their namespace, Jackson takes no reference.
     */
    private static void requireNoStringReferences(JsonParser parser) {
        if (parser instanceof CBORParser cbor
                && cbor.getCurrentTags().contains(CBORConstants.TAG_ID_STRINGREF_NAMESPACE)) {
            throw refused("it contains references to strings (CBOR tag 256); write them out");
        }
    }

    /**
     * CBOR's simple values that have no meaning (RFC 8949 section 3.3) come as embedded objects as
     * well, and would be shown as JSON objects that no device has sent.
     */
    private static void requireBytes(JsonParser parser) {
        if (!(parser.getEmbeddedObject() instanceof byte[])) {
            throw refused("it contains a simple value of CBOR that means nothing");
        }
    }

    /**
     * A name in CBOR may be a byte string, of which Jackson makes text whatever it holds: bytes
     * that are none become U+FFFD each, three bytes for one, and different names the same.
     */
    private static void requireDecodedName(String name) {
        if (name.indexOf(REPLACEMENT_CHARACTER) >= 0) {
            throw refused("it has a name that is not UTF-8");
        }
    }

    /** No database stores U+0000, and half a surrogate pair cannot be written as UTF-8 again. */
    private static void requireText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == 0) {
                throw refused("it contains the character U+0000");
            }
            if (Character.isHighSurrogate(character)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(character)) {
                throw refused("it contains half of a surrogate pair");
            }
        }
    }

    /**
     * A double takes any exponent that leaves it finite, {@code 0e999999999999} too; whoever reads
     * numbers exactly takes no such one, and could never read the payload.
     */
    private static void requireNumber(JsonParser parser, PayloadForm form) {
        boolean fits = form == PayloadForm.CBOR ? cborNumberFits(parser) : jsonNumberFits(parser);
        if (!fits) {
            throw refused("it contains a number that is not finite or is too long");
        }
    }

    /** The digits have been counted by the parser; so only an exponent can be too much. */
    private static boolean jsonNumberFits(JsonParser parser) {
        char[] text = parser.getStringCharacters();
        int end = parser.getStringOffset() + parser.getStringLength();
        int at = parser.getStringOffset();
        while (at < end && text[at] != 'e' && text[at] != 'E') {
            at++;
        }
        if (at == end) {
            return true;
        }
        at++;
        while (at < end && (text[at] == '+' || text[at] == '-' || text[at] == '0')) {
            at++;
        }
        return end - at <= EXPONENT_DIGITS_MAX && Double.isFinite(parser.getDoubleValue());
    }

    private static boolean cborNumberFits(JsonParser parser) {
        return switch (parser.getNumberType()) {
            case INT, LONG -> true;
            case BIG_INTEGER -> parser.getBigIntegerValue().bitLength() <= NUMBER_BITS_MAX;
            case FLOAT, DOUBLE -> Double.isFinite(parser.getDoubleValue());
            case BIG_DECIMAL -> decimalFits(parser.getDecimalValue());
        };
    }

    /** A decimal fraction (RFC 8949 section 3.4.4): it must be a number of JSON that fits. */
    private static boolean decimalFits(BigDecimal value) {
        if (value.unscaledValue().bitLength() > NUMBER_BITS_MAX) {
            return false;
        }
        long exponent = (long) value.precision() - value.scale() - 1;
        return value.precision() <= DECIMAL_DIGITS_MAX
                && Long.toString(Math.abs(exponent)).length() <= EXPONENT_DIGITS_MAX
                && Double.isFinite(value.doubleValue());
    }

    private static MessageRefused refused(String why) {
        return new MessageRefused(RefusalReason.PAYLOAD_REFUSED, "the payload is refused: " + why);
    }
}
