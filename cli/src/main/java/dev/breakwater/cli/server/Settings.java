/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.cli.outcome.NearestWord;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One table of a configuration file. Each key that is asked for is noted; what was never asked for
 * is a mistake, and {@link #reportUnknown} names the key that was probably meant.
 */
final class Settings {

    private final JsonNode table;
    private final String prefix;
    private final List<String> problems;
    private final Set<String> known = new TreeSet<>();

    Settings(JsonNode table, String prefix, List<String> problems) {
        this.table = table;
        this.prefix = prefix;
        this.problems = problems;
    }

    Settings table(String key) {
        known.add(key);
        JsonNode inner = table.path(key);
        if (!inner.isMissingNode() && !inner.isObject()) {
            problem(key, "must be a table, written [" + prefix + key + "]");
        }
        return new Settings(
                inner.isObject() ? inner : JsonNodeFactory.instance.objectNode(),
                prefix + key + ".",
                problems);
    }

    Optional<String> text(String key) {
        known.add(key);
        JsonNode value = table.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            problem(key, "must be a text in quotes");
            return Optional.empty();
        }
        return Optional.of(value.stringValue());
    }

    Optional<Path> path(String key) {
        return text(key)
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(Path.of(text));
                            } catch (InvalidPathException notAPath) {
                                problem(key, "is not a path: " + notAPath.getReason());
                                return Optional.empty();
                            }
                        });
    }

    Optional<Integer> integer(String key, int lowest, int highest) {
        known.add(key);
        JsonNode value = table.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isInt() || value.intValue() < lowest || value.intValue() > highest) {
            problem(key, "must be a whole number from " + lowest + " to " + highest);
            return Optional.empty();
        }
        return Optional.of(value.intValue());
    }

    Optional<Boolean> flag(String key) {
        known.add(key);
        JsonNode value = table.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            problem(key, "must be true or false");
            return Optional.empty();
        }
        return Optional.of(value.booleanValue());
    }

    /** Whether the file says anything in this table. */
    boolean isThere() {
        return !table.isEmpty();
    }

    List<String> texts(String key) {
        known.add(key);
        JsonNode value = table.path(key);
        List<String> texts = new ArrayList<>();
        if (value.isMissingNode()) {
            return texts;
        }
        boolean wellFormed = value.isArray();
        for (JsonNode element : value) {
            wellFormed &= element.isString();
            texts.add(element.asString(""));
        }
        if (!wellFormed) {
            problem(key, "must be a list of texts, e.g. [\"a\", \"b\"]");
            return List.of();
        }
        return texts;
    }

    void problem(String key, String what) {
        problems.add(prefix + key + " " + what);
    }

    /** To be called when every key has been asked for. */
    void reportUnknown() {
        for (String key : table.propertyNames()) {
            if (!known.contains(key)) {
                String nearest =
                        NearestWord.to(key, known)
                                .map(candidate -> "; did you mean " + prefix + candidate + "?")
                                .orElse("; known are " + String.join(", ", known));
                problem(key, "is not a setting" + nearest);
            }
        }
    }
}
