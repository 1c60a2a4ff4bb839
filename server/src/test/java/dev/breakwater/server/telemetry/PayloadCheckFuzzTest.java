/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * What the check lets through against a parser that builds the whole tree: it must be one object,
 * nothing may follow, and written as JSON it must pass the check again, for that is how people get
 * to see it.
 */
class PayloadCheckFuzzTest {

    /** A byte string of CBOR becomes base64, four bytes for three; escapes take six for one. */
    private static final int GROWTH_MAX = 8;

    private static final PayloadCheck CHECK = new PayloadCheck(Limits.defaults());

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private static final ObjectMapper CBOR =
            CBORMapper.builder(
                            CBORFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    @FuzzTest(maxDuration = "24h")
    void whatPassesIsOneObjectForATreeParserToo(byte[] payload) {
        Optional<PayloadForm> form = form(payload);
        if (form.isEmpty()) {
            return;
        }
        JsonNode tree = tree(form.get(), payload);
        if (!tree.isObject()) {
            throw new AssertionError("not an object: " + tree.getNodeType());
        }
        byte[] shown = JSON.writeValueAsBytes(tree);
        if (shown.length > GROWTH_MAX * payload.length) {
            throw new AssertionError(payload.length + " bytes are shown as " + shown.length);
        }
        if (form(shown).isEmpty()) {
            throw new AssertionError("what is shown would not be taken");
        }
    }

    private static Optional<PayloadForm> form(byte[] payload) {
        try {
            return Optional.of(CHECK.require(payload));
        } catch (MessageRefused refused) {
            return Optional.empty();
        }
    }

    private static String shown(PayloadForm form, byte[] payload) {
        return new Reading(1, Instant.EPOCH, Optional.empty(), form, payload).json();
    }

    private static JsonNode tree(PayloadForm form, byte[] payload) {
        try {
            return switch (form) {
                case JSON -> JSON.readTree(payload);
                case CBOR -> CBOR.readTree(payload);
                case SEALED -> JSON.readTree(shown(form, payload));
            };
        } catch (JacksonException unreadable) {
            throw new AssertionError("a tree parser does not take it as " + form, unreadable);
        }
    }
}
