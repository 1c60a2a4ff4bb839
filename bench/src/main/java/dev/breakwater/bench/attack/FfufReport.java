/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What ffuf was answered, told to report every answer.
 *
 * @param answers by their status
 */
record FfufReport(Map<Integer, Integer> answers) {

    /** Copies the map. */
    FfufReport {
        answers = Map.copyOf(answers);
    }

    /** Reads a report. */
    static FfufReport read(Path file) throws IOException {
        JsonNode results = JsonMapper.shared().readTree(Files.readString(file)).path("results");
        Map<Integer, Integer> answers = new TreeMap<>();
        for (JsonNode one : results) {
            answers.merge(one.path("status").asInt(), 1, Integer::sum);
        }
        return new FfufReport(answers);
    }

    /** How many guesses were answered. */
    int heard() {
        return answers.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The answers that tell of something that is there. */
    Map<Integer, Integer> othersThan(int status) {
        Map<Integer, Integer> others = new TreeMap<>(answers);
        others.remove(status);
        return others;
    }
}
