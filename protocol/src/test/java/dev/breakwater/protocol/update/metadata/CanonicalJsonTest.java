/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CanonicalJsonTest {

    /** Made by a few lines of Python, by the rules, without any library for it. */
    private static final String GOLDEN =
            "7b2241223a22e280a8222c2261223a7b22223a222f222c22c3a9223a225c5c5c220a0901222c22efbfbf"
                    + "223a322c22f09f9880223a317d2c22615c2262223a5b5d2c226161223a7b7d2c2262223a5b74"
                    + "7275652c66616c73652c6e756c6c2c2d352c302c393030373139393235343734303939315d7d";

    private static byte[] canonical(String json) {
        return CanonicalJson.of(JsonMapper.shared().readTree(json));
    }

    private static String text(String json) {
        return new String(canonical(json), StandardCharsets.UTF_8);
    }

    @Test
    void isTheOneOfAnIndependentWriter() {
        assertThat(
                        HexFormat.of()
                                .formatHex(
                                        canonical(
                                                """
                                                {"b": [true, false, null, -5, 0, 9007199254740991],
                                                 "a": {"\\u00e9": "\\\\\\"\\n\\t\\u0001",
                                                       "\\ud83d\\ude00": 1, "\\uffff": 2, "": "/"},
                                                 "A": "\\u2028", "aa": {}, "a\\"b": []}\
                                                """)))
                .isEqualTo(GOLDEN);
    }

    @Test
    void ordersMembersByCodePointsAndNotByCharsOfJava() {
        assertThat(text("{\"\uD83D\uDE00\": 1, \"\uFFFF\": 2}"))
                .isEqualTo("{\"\uFFFF\":2,\"\uD83D\uDE00\":1}");
    }

    @Test
    void escapesQuotationMarksAndBackslashesOnly() {
        assertThat(text("[\"\\\"\\\\\\/\\n\"]")).isEqualTo("[\"\\\"\\\\/\n\"]");
    }

    @Test
    void hasNoFormForNumbersWithAFraction() {
        assertThatThrownBy(() -> canonical("[1.5]")).isInstanceOf(IllegalArgumentException.class);
    }
}
