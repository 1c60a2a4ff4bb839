/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as people type it at a command line. */
public final class Assignments {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private Assignments() {}

    /**
     * An object from words such as {@code brightness=70}. A value that reads as JSON is taken as
     * JSON, anything else as text; whoever means the text 70 writes {@code '"70"'}.
     */
    public static ObjectNode object(List<String> assignments) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new CommandFailed(
                        ExitCode.USAGE, "'" + assignment + "' is not of the form NAME=VALUE");
            }
            String name = assignment.substring(0, equals);
            if (object.has(name)) {
                throw new CommandFailed(ExitCode.USAGE, "'" + name + "' is given twice");
            }
            object.set(name, value(assignment.substring(equals + 1)));
        }
        return object;
    }

    /** An object written as JSON. */
    public static ObjectNode object(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException malformed) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'" + json + "' is not JSON: " + malformed.getOriginalMessage(),
                    malformed);
        }
        throw new CommandFailed(ExitCode.USAGE, "'" + json + "' is not a JSON object, {...}");
    }

    private static JsonNode value(String text) {
        try {
            JsonNode value = JSON.readTree(text);
            return value.isMissingNode() ? JsonNodeFactory.instance.stringNode(text) : value;
        } catch (JacksonException plainText) {
            return JsonNodeFactory.instance.stringNode(text);
        }
    }
}
