/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server answered.
 *
 * @param headers by their names in lower case
 */
public record Answer(int status, Map<String, List<String>> headers, String body) {

    /** The media type of an answer that goes on until somebody ends it. */
    public static final String EVENTS = "text/event-stream";

    /** Copies. */
    public Answer {
        headers = Map.copyOf(headers);
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }

    /** The body, which must be JSON. */
    public JsonNode json() {
        return JsonMapper.shared().readTree(body);
    }

    /** Whether it goes on until somebody ends it; the body is what came of it at once. */
    public boolean isStream() {
        return isStream(headers);
    }

    static boolean isStream(Map<String, List<String>> headers) {
        return headers.getOrDefault("content-type", List.of()).stream()
                .anyMatch(type -> type.startsWith(EVENTS));
    }

    /** Whether the server keeps the connection, and another answer may come on it. */
    public boolean keepsConnection() {
        return !isStream()
                && header("connection").stream()
                        .noneMatch(value -> value.equalsIgnoreCase("close"));
    }

    /** Head and body, to be searched for what must not be in them. */
    public String everything() {
        return headers + "\n" + body;
    }
}
