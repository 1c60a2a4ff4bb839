/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** What a compiled schema says to payloads, and what it costs at most. */
@Timeout(20)
class PayloadSchemaTest {

    private static final String TANK =
            """
            {"type":"object","required":["temperature"],"additionalProperties":false,
             "properties":{"temperature":{"type":"number","minimum":-5,"maximum":60},
               "mode":{"enum":["day","night"]},"at":{"type":"string","format":"date-time"},
               "name":{"type":"string","pattern":"^[a-z]*$"}}}
            """;

    private final PayloadSchema tank = schema(TANK, Limits.defaults());

    @Test
    void findsNothingWrongWithWhatFits() {
        assertThat(fault(tank, "{\"temperature\":24.5,\"mode\":\"day\",\"name\":\"reef\"}"))
                .isEmpty();
        assertThat(fault(tank, "{\"temperature\":1,\"at\":\"2026-11-22T10:00:00Z\"}")).isEmpty();
    }

    /** Sealing must not be a way around a schema. */
    @Test
    void fitsNoSealedPayload() {
        byte[] sealed = new byte[70];
        sealed[0] = 0x1D;
        sealed[1] = 1;
        assertThat(schema("{}", Limits.defaults()).fault(sealed).orElseThrow()).contains("sealed");
        assertThat(schema("{}", Limits.defaults()).fault("{}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void namesThePlaceAndTheKeywordAndQuotesNoValue() {
        assertThat(fault(tank, "{\"temperature\":\"secret\"}").orElseThrow())
                .isEqualTo("the payload does not fit its schema at /temperature: type");
        assertThat(fault(tank, "{}").orElseThrow()).endsWith("at /: required");
        assertThat(fault(tank, "{\"temperature\":1,\"mode\":\"dusk\"}").orElseThrow())
                .endsWith("at /mode: enum");
        assertThat(fault(tank, "{\"temperature\":1,\"at\":\"noon\"}").orElseThrow())
                .endsWith("at /at: format");
        assertThat(fault(tank, "{\"temperature\":1,\"name\":\"A\"}").orElseThrow())
                .endsWith("at /name: pattern");
        assertThat(fault(tank, "{\"temperature\":1,\"x\":1}").orElseThrow())
                .endsWith("additionalProperties");
    }

    /** Of two readers one may take the first of the two, the other the second. */
    @Test
    void takesNothingThatTwoReadersTakeForDifferentThings() {
        assertThat(fault(tank, "{\"temperature\":1,\"temperature\":99}").orElseThrow())
                .contains("has a member twice");
        assertThat(fault(tank, "{\"temperature\":1").orElseThrow()).contains("not well-formed");
        assertThat(fault(tank, "").orElseThrow()).contains("refused");
    }

    @Test
    void givesUpOnAPayloadThatTakesTooManySteps() {
        PayloadSchema numbers =
                schema(
                        "{\"properties\":{\"r\":{\"items\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}}}}",
                        Limits.with(Map.of(Limit.FIREWALL_CHECK_STEPS, 1_000)));
        assertThat(fault(numbers, "{\"r\":[" + "1,".repeat(20) + "1]}")).isEmpty();
        assertThat(fault(numbers, "{\"r\":[" + "1,".repeat(20_000) + "1]}").orElseThrow())
                .isEqualTo("the payload takes too many steps to check");
    }

    @Test
    void givesUpOnAPatternThatTakesTooLong() {
        PayloadSchema slow =
                schema("{\"properties\":{\"s\":{\"pattern\":\"a*a*a*a*b\"}}}", Limits.defaults());
        assertThat(fault(slow, "{\"s\":\"aab\"}")).isEmpty();
        // Even where "does not match" is what would fit.
        PayloadSchema not =
                schema(
                        "{\"properties\":{\"s\":{\"not\":{\"pattern\":\"a*a*a*a*b\"}}}}",
                        Limits.defaults());
        assertThat(fault(not, "{\"s\":\"" + "a".repeat(50_000) + "\"}")).isPresent();
        assertThat(fault(slow, "{\"s\":\"" + "a".repeat(50_000) + "\"}").orElseThrow())
                .isEqualTo("the payload takes too many steps to check");
    }

    private static PayloadSchema schema(String text, Limits limits) {
        return new PayloadSchema(JsonMapper.shared().readTree(text), limits);
    }

    private static Optional<String> fault(PayloadSchema schema, String payload) {
        return schema.fault(payload.getBytes(StandardCharsets.UTF_8));
    }
}
