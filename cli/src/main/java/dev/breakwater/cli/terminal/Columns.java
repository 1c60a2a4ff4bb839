/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Which members of a JSON object people want to see, in which order and under which heading.
 * Immutable.
 */
public final class Columns {

    /** A time with a fraction of a second, which people can do without; JSON keeps it. */
    private static final Pattern TIME =
            Pattern.compile("^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\\.[0-9]+Z$");

    private record Column(String heading, String member) {}

    private final List<Column> columns;

    private Columns(List<Column> columns) {
        this.columns = columns;
    }

    /** None yet. */
    public static Columns none() {
        return new Columns(List.of());
    }

    /**
     * With one more.
     *
     * @param member its name in the object, or names joined by a slash for one that lies deeper
     */
    public Columns and(String heading, String member) {
        List<Column> more = new ArrayList<>(columns);
        more.add(new Column(heading, member));
        return new Columns(List.copyOf(more));
    }

    /** One row for each object. */
    public void printRows(Iterable<JsonNode> objects, Terminal terminal) {
        Table table = new Table(columns.stream().map(Column::heading).toArray(String[]::new));
        for (JsonNode object : objects) {
            table.row(
                    columns.stream()
                            .map(column -> cell(object, column.member()))
                            .toArray(String[]::new));
        }
        table.printTo(terminal);
    }

    /** One line for each member of one object. */
    public void printSheet(JsonNode object, Terminal terminal) {
        int width = columns.stream().mapToInt(column -> column.heading().length()).max().orElse(0);
        for (Column column : columns) {
            String cell = cell(object, column.member());
            if (!cell.isEmpty()) {
                String heading = column.heading();
                terminal.result(heading + " ".repeat(width - heading.length() + 2) + cell);
            }
        }
    }

    /** A list of words as words; what else has parts is shown as the JSON it is. */
    private static String text(JsonNode value) {
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isString)) {
            return value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }

    private static String cell(JsonNode object, String member) {
        JsonNode value = object.at("/" + member);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        String text = text(value);
        return TIME.matcher(text).replaceFirst("$1Z");
    }
}
