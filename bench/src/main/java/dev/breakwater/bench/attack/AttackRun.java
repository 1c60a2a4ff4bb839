/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.report.JsonReport;
import dev.breakwater.bench.report.Results;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one attack in its full length has found.
 *
 * @param commit of the sources that were attacked
 * @param versions of the outside programs, by their names
 * @param results of this attack alone; when and on which machine it began stands in them
 */
record AttackRun(
        AttackName attack,
        String commit,
        long seed,
        Duration took,
        Map<String, String> versions,
        Results results) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Copies the versions. */
    AttackRun {
        versions = Map.copyOf(versions);
    }

    /** How many of the figures are as they must be. */
    long met() {
        return results.requirements().stream().filter(Results.Requirement::isMet).count();
    }

    /** All of it, as one JSON object. */
    String text() {
        ObjectNode root = JSON.createObjectNode();
        root.put("attack", attack.name());
        root.put("commit", commit);
        root.put("seed", seed);
        root.put("seconds", took.toSeconds());
        root.set("versions", JSON.valueToTree(new TreeMap<>(versions)));
        root.set("results", JSON.readTree(JsonReport.text(results)));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /**
     * What {@link #text} was made of.
     *
     * @throws JacksonException if it is not such a text
     */
    static AttackRun read(String text) {
        JsonNode root = JSON.readTree(text);
        Map<String, String> versions = new TreeMap<>();
        root.path("versions")
                .properties()
                .forEach(one -> versions.put(one.getKey(), one.getValue().asString()));
        return new AttackRun(
                AttackName.valueOf(root.path("attack").asString()),
                root.path("commit").asString(),
                root.path("seed").asLong(),
                Duration.ofSeconds(root.path("seconds").asLong()),
                versions,
                JsonReport.read(root.path("results").toString()));
    }
}
