/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under aligned headings. One row is always one line: cells are never wrapped, and one that is
 * longer than {@value #CELL_CHARACTERS_MAX} characters is cut with an ellipsis; the JSON form has
 * it whole.
 */
public final class Table {

    private static final int CELL_CHARACTERS_MAX = 80;
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Begins with its headings. */
    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** Adds a row; an absent value is the empty text. */
    public void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "a row has " + rows.getFirst().size() + " cells, not " + cells.length);
        }
        List<String> row = new ArrayList<>(cells.length);
        for (String cell : cells) {
            row.add(cell.isEmpty() ? "-" : cut(SafeText.line(cell)));
        }
        rows.add(List.copyOf(row));
    }

    /** The lines, without blanks at their ends. */
    public List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], width(row.get(column)));
            }
        }
        List<String> lines = new ArrayList<>(rows.size());
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                line.append(cell)
                        .repeat(' ', widths[column] - width(cell))
                        .append(column + 1 < columns ? GAP : "");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** Prints the lines as a result. */
    public void printTo(Terminal terminal) {
        lines().forEach(terminal::result);
    }

    private static String cut(String text) {
        if (width(text) <= CELL_CHARACTERS_MAX) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, CELL_CHARACTERS_MAX - 1)) + "…";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
