/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** One table of a rule file, of which every field must be known and of its type. */
final class Fields {

    private static final int STRING_MAX = 16_384;
    private static final int LIST_MAX = 10_000;

    private final String where;
    private final JsonNode table;
    private final Allowance allowance;

    /**
     * Takes a table.
     *
     * @param known the fields that mean something here; another one is refused
     */
    Fields(String where, JsonNode table, Set<String> known, Allowance allowance)
            throws RulesRefused {
        this.where = where;
        this.allowance = allowance;
        this.table = table;
        if (!table.isObject()) {
            throw new RulesRefused(where + ": is no table");
        }
        for (String name : table.propertyNames()) {
            if (!known.contains(name)) {
                throw new RulesRefused(
                        "%s: field '%s' is not supported; supported are %s"
                                .formatted(where, name, String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    String where() {
        return where;
    }

    Allowance allowance() {
        return allowance;
    }

    boolean has(String name) {
        return table.has(name);
    }

    Optional<String> string(String name) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw wrong(name, "a string");
        }
        return Optional.of(bounded(name, value.stringValue()));
    }

    List<String> strings(String name) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > LIST_MAX) {
            throw wrong(name, "a list of at most %,d strings".formatted(LIST_MAX));
        }
        List<String> strings = new ArrayList<>();
        for (JsonNode one : value) {
            if (!one.isString()) {
                throw wrong(name, "a list of strings");
            }
            strings.add(bounded(name, one.stringValue()));
        }
        return strings;
    }

    Optional<ByteRegex> regex(String name) throws RulesRefused {
        Optional<String> text = string(name);
        return text.isPresent()
                ? Optional.of(ByteRegex.compile(where + ", " + name, text.get(), allowance))
                : Optional.empty();
    }

    List<ByteRegex> regexes(String name) throws RulesRefused {
        List<ByteRegex> compiled = new ArrayList<>();
        for (String text : strings(name)) {
            compiled.add(ByteRegex.compile(where + ", " + name, text, allowance));
        }
        return compiled;
    }

    int integer(String name, int lowest, int highest, int otherwise) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < lowest || value.intValue() > highest) {
            throw wrong(name, "a whole number from %d to %d".formatted(lowest, highest));
        }
        return value.intValue();
    }

    OptionalDouble number(String name, double lowest, double highest) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= lowest && number <= highest)) {
            throw wrong(name, "a number from %s to %s".formatted(lowest, highest));
        }
        return OptionalDouble.of(number);
    }

    Optional<Boolean> flag(String name) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return Optional.of(value.booleanValue());
    }

    /** The tables of this name: those of a list, or one alone. */
    List<JsonNode> tables(String name) throws RulesRefused {
        JsonNode value = table.get(name);
        if (value == null) {
            return List.of();
        }
        if (value.isObject()) {
            return List.of(value);
        }
        if (!value.isArray() || value.size() > LIST_MAX) {
            throw wrong(name, "a table or at most %,d of them".formatted(LIST_MAX));
        }
        List<JsonNode> tables = new ArrayList<>();
        value.forEach(tables::add);
        return tables;
    }

    private String bounded(String name, String value) throws RulesRefused {
        if (value.length() > STRING_MAX) {
            throw wrong(name, "at most %,d characters long".formatted(STRING_MAX));
        }
        return value;
    }

    private RulesRefused wrong(String name, String wanted) {
        return new RulesRefused("%s: field '%s' must be %s".formatted(where, name, wanted));
    }
}
