/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a page of ours far more strictly than a browser does: every element is closed in its order,
 * every attribute is quoted, and there is no other angle bracket anywhere. What it finds is what
 * every browser finds.
 *
 * @param elements in the order in which they begin
 * @param text all text outside the style, unescaped
 */
public record StrictHtml(List<Element> elements, String text, String style) {

    private static final Pattern TAG =
            Pattern.compile("<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"<>]*\")*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile(" ([a-z-]+)=\"([^\"]*)\"");
    private static final Set<String> VOID = Set.of("meta", "link", "input");

    /** One element. */
    public record Element(String name, Map<String, String> attributes) {}

    /** Reads a page, or fails. */
    public static StrictHtml of(byte[] page) {
        String html = new String(page, StandardCharsets.UTF_8);
        String doctype = "<!doctype html>\n";
        assertThat(html).startsWith(doctype);
        int begin = html.indexOf("<style>") + "<style>".length();
        int end = html.indexOf("</style>");
        String style = html.substring(begin, end);
        String rest = html.substring(doctype.length(), begin) + html.substring(end);
        List<Element> elements = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>();
        Matcher tags = TAG.matcher(rest);
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (tags.find()) {
            text.append(rest, at, tags.start());
            at = tags.end();
            if (!tags.group(1).isEmpty()) {
                assertThat(tags.group(2)).isEqualTo(open.pop());
                continue;
            }
            elements.add(new Element(tags.group(2), attributes(tags.group(3))));
            if (!VOID.contains(tags.group(2))) {
                open.push(tags.group(2));
            }
        }
        text.append(rest.substring(at));
        assertThat(open).as("elements left open").isEmpty();
        assertThat(text.toString()).doesNotContain("<", ">");
        return new StrictHtml(elements, unescaped(text.toString()), style);
    }

    private static Map<String, String> attributes(String text) {
        Map<String, String> attributes = new HashMap<>();
        ATTRIBUTE
                .matcher(text)
                .results()
                .forEach(found -> attributes.put(found.group(1), unescaped(found.group(2))));
        return attributes;
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    /** The values of an attribute, wherever it stands. */
    public List<String> values(String attribute) {
        return elements.stream()
                .filter(element -> element.attributes().containsKey(attribute))
                .map(element -> element.attributes().get(attribute))
                .toList();
    }

    /** All elements of a name. */
    public List<Element> named(String name) {
        return elements.stream().filter(element -> element.name().equals(name)).toList();
    }
}
