/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON that two readers could understand in two ways, or that costs more than it looks. */
class StrictJsonTest {

    private final StrictJson json = new StrictJson(4);

    @Test
    void readsOrdinaryJson() throws ContractViolation {
        String text = "{\"a\":[1,2.5,true,null,\"\\ud83d\\udc1f\"],\"b\":{\"c\":{}}}";
        assertThat(json.read(text.getBytes(StandardCharsets.UTF_8)).at("/a/4").asString())
                .isEqualTo("🐟");
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("   ", ""),
                Arguments.of("{\"a\":1,\"a\":2}", "/a"),
                Arguments.of("{\"a\":1}{}", ""),
                Arguments.of("{\"a\":1} x", ""),
                Arguments.of("{\"a\":1,}", ""),
                Arguments.of("{'a':1}", ""),
                Arguments.of("{\"a\":NaN}", "/a"),
                Arguments.of("{\"a\":01}", "/a"),
                Arguments.of("// a\n{}", ""),
                Arguments.of("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", "/a/b/c/d"),
                Arguments.of("[[[[[]]]]]", "/0/0/0/0"),
                Arguments.of("{\"a\":\"\\ud800\"}", "/a"),
                Arguments.of("{\"a\":\"\\udc00\\ud800\"}", "/a"),
                Arguments.of("{\"\\ud800\":1}", ""),
                Arguments.of("{\"a\":\"\\u0000\"}", "/a"),
                Arguments.of("{\"a\":\"\u0001\"}", "/a"),
                Arguments.of("{\"a\":1e400}", "/a"),
                Arguments.of("{\"a\":1e999999999}", "/a"),
                Arguments.of("{\"a\":1e-999999999}", "/a"),
                Arguments.of("{\"a\":" + "1".repeat(41) + "}", "/a"),
                Arguments.of("{\"" + "a".repeat(300) + "\":1}", ""),
                Arguments.of("\ufeff{}", ""),
                Arguments.of("{\"a\":\"unfinished", "/a"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatIsNotStrict(String text, String pointer) {
        ContractViolation violation =
                catchThrowableOfType(
                        ContractViolation.class,
                        () -> json.read(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(violation).as(text).isNotNull();
        assertThat(violation.kind()).isEqualTo(ContractViolation.Kind.BODY_MALFORMED);
        assertThat(violation.faults().getFirst().name()).startsWith(pointer);
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16),
                "{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1),
                // An overlong slash, once a way past filters.
                new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'},
                // A surrogate in UTF-8.
                new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void refusesWhatIsNotUtf8(byte[] bytes) {
        ContractViolation violation =
                catchThrowableOfType(ContractViolation.class, () -> json.read(bytes));
        assertThat(violation).isNotNull();
    }
}
