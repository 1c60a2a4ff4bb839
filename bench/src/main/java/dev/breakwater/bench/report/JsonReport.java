/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The results for programs. */
public final class JsonReport {

    private static final JsonMapper JSON = JsonMapper.shared();

    private JsonReport() {}

    /** All of it, as one JSON object. */
    public static String text(Results results) {
        ObjectNode root = JSON.createObjectNode();
        root.put("begunAt", results.begunAt().toString());
        root.set("machine", JSON.valueToTree(results.machine()));
        root.set("contenders", JSON.valueToTree(results.contenders()));
        root.set("figures", JSON.valueToTree(results.figures()));
        root.set("curves", JSON.valueToTree(results.curves()));
        ArrayNode requirements = root.putArray("requirements");
        for (Results.Requirement one : results.requirements()) {
            ObjectNode node = JSON.valueToTree(one);
            requirements.add(node.put("met", one.isMet()));
        }
        root.set("remarks", JSON.valueToTree(results.remarks()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }
}
