/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What testssl.sh has found.
 *
 * @param judged how many things it looked at
 * @param bad what it gives a severity of MEDIUM or above and is not accepted by name
 * @param accepted what it gives such a severity and is
 */
record TestsslReport(int judged, List<Finding> bad, List<Finding> accepted) {

    private static final Set<String> BAD = Set.of("MEDIUM", "HIGH", "CRITICAL", "FATAL");

    /** One thing. */
    record Finding(String id, String severity, String finding) {

        @Override
        public String toString() {
            return "%s, %s: %s".formatted(id, severity, finding);
        }
    }

    /** Copies the lists. */
    TestsslReport {
        bad = List.copyOf(bad);
        accepted = List.copyOf(accepted);
    }

    /** Reads its JSON. */
    static TestsslReport read(String json) {
        List<Finding> bad = new ArrayList<>();
        List<Finding> accepted = new ArrayList<>();
        int judged = 0;
        for (JsonNode node : JsonMapper.shared().readTree(json)) {
            judged++;
            Finding one =
                    new Finding(
                            node.path("id").asString(),
                            node.path("severity").asString(),
                            node.path("finding").asString());
            if (BAD.contains(one.severity())) {
                (AcceptedFinding.of(one).isPresent() ? accepted : bad).add(one);
            }
        }
        return new TestsslReport(judged, bad, accepted);
    }
}
