/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.telemetry.PayloadCheck;
import dev.breakwater.server.telemetry.PayloadForm;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * A compiled message schema. It fetches nothing, keeps nothing of a payload, and takes a bounded
 * number of steps for each. Thread-safe; never waits.
 */
final class PayloadSchema {

    /** A match looks at a character for next to nothing, compared with a step of the check. */
    private static final int CHARACTERS_PER_STEP = 10;

    private static final int DEPTH_PER_LEVEL = 8;

    private static final String TOO_MUCH = "the payload takes too many steps to check";
    private static final String SEALED = "the payload is sealed and cannot be held to a schema";
    private static final int PLACE_CHARACTERS_MAX = 100;
    private static final ObjectMapper JSON = JsonMapper.shared();
    private static final ObjectMapper CBOR = CBORMapper.shared();

    private static final SchemaRegistryConfig CONFIG =
            SchemaRegistryConfig.builder()
                    .formatAssertionsEnabled(true)
                    .failFast(true)
                    .pathType(PathType.JSON_POINTER)
                    .regularExpressionFactory(BoundedPattern::new)
                    .locale(Locale.ROOT)
                    .build();

    private final Schema schema;
    private final PayloadCheck strict;
    private final int stepsMax;
    private final int depthMax;

    /**
     * Compiles.
     *
     * @param schema has passed the {@link SchemaGuard}
     * @throws RuntimeException whatever the library says to a schema that is none
     */
    PayloadSchema(JsonNode schema, Limits limits) {
        this.strict = new PayloadCheck(limits);
        this.stepsMax = limits.of(Limit.FIREWALL_CHECK_STEPS);
        // Each level of a payload may pass a few levels of the schema that judge it together.
        this.depthMax = DEPTH_PER_LEVEL * limits.of(Limit.JSON_DEPTH);
        this.schema =
                SchemaRegistry.withDefaultDialect(
                                SpecificationVersion.DRAFT_2020_12,
                                builder -> builder.schemaRegistryConfig(CONFIG))
                        .getSchema(schema);
        this.schema.initializeValidators();
    }

    /** What does not fit, for the operator; names a place and a keyword and quotes no value. */
    Optional<String> fault(byte[] payload) {
        try {
            // Two readers may take one malformed text for different things, so what is checked
            // here is only what every reader takes for the same.
            PayloadForm form = strict.require(payload);
            return switch (form) {
                case JSON -> fault(JSON.readTree(payload));
                case CBOR -> fault(CBOR.readTree(payload));
                // Else any device could keep its payloads from the rule by sealing them.
                case SEALED -> Optional.of(SEALED);
            };
        } catch (MessageRefused malformed) {
            return Optional.of(malformed.why());
        } catch (JacksonException unreadable) {
            return Optional.of("the payload cannot be read");
        }
    }

    private Optional<String> fault(JsonNode payload) {
        BoundedPattern.Steps steps =
                new BoundedPattern.Steps((long) stepsMax * CHARACTERS_PER_STEP);
        try {
            List<Error> errors =
                    ScopedValue.where(BoundedPattern.STEPS, steps)
                            .call(() -> schema.validate(payload, this::bound));
            return steps.isExhausted()
                    ? Optional.of(TOO_MUCH)
                    : errors.stream().findFirst().map(PayloadSchema::text);
        } catch (RuntimeException tooMuch) {
            // The library's own limits end up here: a message that cannot be checked with
            // reasonable effort is none that fits.
            return Optional.of(TOO_MUCH);
        }
    }

    private void bound(ExecutionContext context) {
        context.executionConfig(
                config ->
                        config.failFast(true)
                                .maxEvaluationSteps(stepsMax)
                                .maxEvaluationDepth(depthMax));
    }

    private static String text(Error error) {
        String place = String.valueOf(error.getInstanceLocation());
        String shown =
                place.length() <= PLACE_CHARACTERS_MAX
                        ? place
                        : place.substring(0, PLACE_CHARACTERS_MAX) + "…";
        return "the payload does not fit its schema at %s: %s"
                .formatted(shown.isEmpty() ? "/" : shown, error.getKeyword());
    }
}
