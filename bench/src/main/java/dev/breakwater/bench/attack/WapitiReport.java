/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What wapiti's report holds.
 *
 * @param places kind and path of each finding
 */
record WapitiReport(List<String> places) {

    /** Copies the list. */
    WapitiReport {
        places = List.copyOf(places);
    }

    /**
     * Reads a report.
     *
     * @throws IOException if it is none: a scan that was ended has left no word about anything
     */
    static WapitiReport read(Path file) throws IOException {
        JsonNode all = JsonMapper.shared().readTree(Files.readString(file));
        if (!all.path("vulnerabilities").isObject()) {
            throw new IOException(file + " is no report of wapiti");
        }
        List<String> places = new ArrayList<>();
        for (String part : List.of("vulnerabilities", "anomalies")) {
            all.path(part)
                    .properties()
                    .forEach(
                            kind ->
                                    kind.getValue()
                                            .forEach(one -> places.add(place(kind.getKey(), one))));
        }
        return new WapitiReport(places);
    }

    private static String place(String kind, JsonNode one) {
        return "%s: %s, parameter %s"
                .formatted(kind, one.path("path").asString(), one.path("parameter").asString(""));
    }
}
