/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of an HTML form as a JSON object of strings, so that the same schemas hold them.
 * It is read in one way only, as a query is: a field twice is refused.
 */
final class FormText {

    static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

    private FormText() {}

    static ObjectNode read(byte[] bytes) throws ContractViolation {
        // What is not ASCII is refused where the values are decoded.
        String raw = new String(bytes, StandardCharsets.ISO_8859_1);
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        try {
            for (Map.Entry<String, String> field : QueryString.parseForeign(raw).entrySet()) {
                fields.put(field.getKey(), field.getValue());
            }
        } catch (ContractViolation malformed) {
            Fault fault = malformed.faults().getFirst();
            throw new ContractViolation(
                    ContractViolation.Kind.BODY_MALFORMED,
                    new Fault(Fault.Place.BODY, "/" + fault.name(), fault.text()));
        }
        return fields;
    }
}
