/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Writes one page. Texts and values of attributes are escaped, and characters that nobody sees are
 * made visible, always and here, so that no caller can forget it; names of elements and attributes
 * are literals of our own code. Not thread-safe.
 */
public final class Html {

    /** Behind these a line break would be a space before a comma. */
    private static final Set<String> WITHIN_TEXT = Set.of("a", "code", "span", "strong", "time");

    private static final int REPLACEMENT = 0xfffd;
    private static final int NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private final StringBuilder out = new StringBuilder(4_096);

    private Html() {}

    /**
     * Begins a page, whose body is open afterwards.
     *
     * @param script whether the page runs our script
     */
    public static Html page(String title, boolean script) {
        return page(title, script ? "/api/v1/pages/search.js" : "");
    }

    /**
     * The same with another script of ours.
     *
     * @param script its path; empty for none
     */
    public static Html page(String title, String script) {
        Html html = begun(title);
        html.open("link", "rel", "stylesheet", "href", "/api/v1/pages/style.css");
        if (!script.isEmpty()) {
            html.element("script", "", "src", script, "defer", "");
        }
        return html.close("head").open("body");
    }

    /** Begins a page that loads nothing at all: its style stands in it. */
    static Html alone(String title, PageStyle style) {
        Html html = begun(title);
        html.open("style").out.append(style.text());
        return html.close("style").close("head").open("body");
    }

    private static Html begun(String title) {
        Html html = new Html();
        html.out.append("<!doctype html>\n");
        html.open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "name", "color-scheme", "content", "light dark");
        return html.element("title", title);
    }

    /**
     * Opens an element; void elements are written the same way and not closed.
     *
     * @param attributes names and values in turn
     */
    public Html open(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        return this;
    }

    /** Closes an element. */
    public Html close(String element) {
        out.append("</").append(element).append('>');
        if (!WITHIN_TEXT.contains(element)) {
            out.append('\n');
        }
        return this;
    }

    /** An element with nothing but text in it. */
    public Html element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    /** Text. */
    public Html text(String text) {
        escape(text);
        return this;
    }

    /** Ends the page. */
    public byte[] end() {
        close("body").close("html");
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void escape(String text) {
        text.codePoints().forEach(this::escape);
    }

    private void escape(int character) {
        switch (character) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            default -> out.appendCodePoint(isSeen(character) ? character : REPLACEMENT);
        }
    }

    /**
     * Whether it is no character that nobody sees and that makes others look like what they are
     * not, such as those that turn the direction of a text around. Two join letters, and are
     * needed.
     */
    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character == '\n' || character == '\t';
            case Character.FORMAT -> character == ZERO_WIDTH_JOINER || character == NON_JOINER;
            case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
