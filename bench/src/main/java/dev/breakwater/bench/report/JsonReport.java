/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import java.time.Instant;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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

    /**
     * What {@link #text} was made of.
     *
     * @throws JacksonException if it is not such a text
     */
    public static Results read(String text) {
        JsonNode root = JSON.readTree(text);
        Results results =
                new Results(
                        JSON.treeToValue(root.path("machine"), Machine.class),
                        Instant.parse(root.path("begunAt").asString()));
        each(root, "contenders", Results.Contender.class, results::contender);
        each(root, "figures", Results.Figure.class, results::figure);
        each(root, "curves", Results.Curve.class, results::curve);
        each(root, "requirements", Results.Requirement.class, results::require);
        each(root, "remarks", String.class, results::remark);
        return results;
    }

    private static <T> void each(JsonNode root, String list, Class<T> type, Consumer<T> take) {
        root.path(list).forEach(node -> take.accept(JSON.treeToValue(node, type)));
    }
}
