/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * On which line of a file each rule begins, for messages: the tree that TOML is read into has
 * forgotten it. A file that does not write {@code [[rules]]} but a list has no such lines.
 */
final class RuleLines {

    private static final String LONG_STRING = "\"\"\"";
    private static final String LONG_LITERAL = "'''";

    private final List<Integer> lines = new ArrayList<>();
    private final String toml;
    private int at;
    private int line = 1;

    private RuleLines(String toml) {
        this.toml = toml;
    }

    /** Reads a file that is TOML. */
    static RuleLines of(String toml) {
        RuleLines read = new RuleLines(toml);
        while (read.at < toml.length()) {
            read.line();
        }
        return read;
    }

    /**
     * How a message about a rule begins.
     *
     * @param number from 1 on
     */
    String place(int number) {
        return number <= lines.size() ? "line %d, ".formatted(lines.get(number - 1)) : "";
    }

    private void line() {
        if (isHeader()) {
            lines.add(line);
        }
        while (at < toml.length()) {
            char c = toml.charAt(at);
            if (c == '\n') {
                at++;
                line++;
                return;
            }
            switch (c) {
                case '#' -> at = end("\n", at);
                case '"' -> string(LONG_STRING, true);
                case '\'' -> string(LONG_LITERAL, false);
                default -> at++;
            }
        }
    }

    private boolean isHeader() {
        int end = toml.indexOf('\n', at);
        String text = toml.substring(at, end < 0 ? toml.length() : end).strip();
        int close = text.indexOf("]]");
        if (!text.startsWith("[[") || close < 0) {
            return false;
        }
        String name = text.substring(2, close).strip();
        return name.equals("rules") || name.equals("\"rules\"") || name.equals("'rules'");
    }

    /** Goes behind a string, which may have lines of its own. */
    private void string(String longQuote, boolean escapes) {
        boolean isLong = toml.startsWith(longQuote, at);
        String quote = isLong ? longQuote : longQuote.substring(0, 1);
        at += quote.length();
        while (at < toml.length() && !toml.startsWith(quote, at)) {
            char c = toml.charAt(at);
            if (c == '\n') {
                if (!isLong) {
                    return;
                }
                line++;
            }
            boolean isEscape = escapes && c == '\\' && !toml.startsWith("\n", at + 1);
            at += isEscape ? 2 : 1;
        }
        at = Math.min(toml.length(), at + quote.length());
    }

    private int end(String text, int from) {
        int found = toml.indexOf(text, from);
        return found < 0 ? toml.length() : found;
    }
}
