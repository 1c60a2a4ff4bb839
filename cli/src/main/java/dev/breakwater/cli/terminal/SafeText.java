/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.util.Locale;

/**
 * Text that shows itself instead of commanding the terminal. Escaped are control characters (C0,
 * DEL and C1: terminal escape injection), line and paragraph separators, the marks that reorder
 * text (Trojan Source, CVE-2021-42574), and halves of surrogate pairs.
 */
public final class SafeText {

    private SafeText() {}

    /** For one cell or one sentence: nothing in it breaks the line either. */
    public static String line(String text) {
        return escape(text, false);
    }

    /**
     * For JSON text: line breaks and tabs, which JSON allows between its tokens only, are kept. The
     * escapes are JSON's own, so that the value a script reads is the same as before.
     */
    public static String json(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean keepsLayout) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        character -> {
                            boolean layout = character == '\n' || character == '\t';
                            if (isShown(character) || (keepsLayout && layout)) {
                                safe.appendCodePoint(character);
                            } else {
                                for (char unit : Character.toChars(character)) {
                                    safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                                }
                            }
                        });
        return safe.toString();
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
