/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/** Reads the text of a parameter as the JSON value its schema speaks of. */
final class ParameterText {

    private ParameterText() {}

    static JsonNode read(Parameter parameter, String text) throws ContractViolation {
        return switch (parameter.type()) {
            case STRING -> StringNode.valueOf(text);
            case INTEGER -> integer(parameter, text);
            case BOOLEAN -> bool(parameter, text);
        };
    }

    /** One spelling for each number: no sign, no leading zero, no exponent. */
    private static JsonNode integer(Parameter parameter, String text) throws ContractViolation {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || text.length() > 18 || (text.length() > 1 && text.startsWith("0"))) {
            throw refused(parameter, "must be a whole number in decimal digits");
        }
        return LongNode.valueOf(Long.parseLong(text));
    }

    private static JsonNode bool(Parameter parameter, String text) throws ContractViolation {
        return switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            default -> throw refused(parameter, "must be true or false");
        };
    }

    private static ContractViolation refused(Parameter parameter, String text) {
        return ContractViolation.parameter(parameter.place(), parameter.name(), text);
    }
}
