/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query string in one way only (RFC 3986 section 3.4). A name twice, a name without a
 * value, or a plus sign, which some readers take for a space and others do not, is refused: two
 * readers of one request must not see different parameters (HTTP parameter pollution).
 */
final class QueryString {

    private static final int CHARACTERS_MAX = 2_048;

    /** Some providers' codes have more than a thousand characters. */
    private static final int CHARACTERS_FOREIGN_MAX = 6_144;

    private static final int PARAMETERS_MAX = 32;

    private QueryString() {}

    static Map<String, String> parse(@Nullable String rawQuery) throws ContractViolation {
        return parse(rawQuery, false);
    }

    /**
     * Reads what another server has written as a form does (RFC 6749 appendix B): there a plus sign
     * is a space, and names may hold underscores and dots.
     */
    static Map<String, String> parseForeign(@Nullable String rawQuery) throws ContractViolation {
        return parse(rawQuery, true);
    }

    private static Map<String, String> parse(@Nullable String rawQuery, boolean foreign)
            throws ContractViolation {
        Map<String, String> values = new LinkedHashMap<>();
        if (rawQuery == null || rawQuery.isEmpty()) {
            return values;
        }
        int charactersMax = foreign ? CHARACTERS_FOREIGN_MAX : CHARACTERS_MAX;
        if (rawQuery.length() > charactersMax) {
            throw refused("query", "is longer than " + charactersMax + " characters");
        }
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw refused(pair.isEmpty() ? "query" : pair, "must be written name=value");
            }
            String name = pair.substring(0, equals);
            if (!name.chars().allMatch(c -> isOfName(c, foreign))) {
                throw refused(name, "is not a parameter of this operation");
            }
            if (values.put(name, decode(name, raw(pair, equals, foreign))) != null) {
                throw refused(name, "must be given once");
            }
            if (values.size() > PARAMETERS_MAX) {
                throw refused("query", "has more than " + PARAMETERS_MAX + " parameters");
            }
        }
        return values;
    }

    private static boolean isOfName(int c, boolean foreign) {
        return c < 128
                && (Character.isLetterOrDigit(c)
                        || c == '-'
                        || (foreign && (c == '_' || c == '.')));
    }

    private static String raw(String pair, int equals, boolean foreign) {
        String raw = pair.substring(equals + 1);
        return foreign ? raw.replace("+", "%20") : raw;
    }

    private static String decode(String name, String raw) throws ContractViolation {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                boolean complete = i + 2 < raw.length();
                int high = complete ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = complete ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw refused(name, "holds a percent sign without two hexadecimal digits");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c == '+') {
                throw refused(
                        name, "holds a bare plus sign; write %2B for a plus, %20 for a space");
            } else if (c <= ' ' || c >= 127) {
                throw refused(name, "holds a character that must be percent-encoded");
            } else {
                bytes[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw refused(name, "is not UTF-8");
        }
    }

    private static ContractViolation refused(String name, String text) {
        return ContractViolation.parameter(Fault.Place.QUERY, name, text);
    }
}
