/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Filters and their matching against a second opinion that takes levels apart, slowly, as section
 * 4.7 words it. An input is a filter and a topic name with a line feed between them, which neither
 * may contain.
 */
class TopicFilterFuzzTest {

    @FuzzTest(maxDuration = "24h")
    void matchesAsTheSecondOpinionSays(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int cut = text.indexOf('\n');
        if (cut < 0 || Utf8.decode(bytes) == null) {
            return;
        }
        String filter = text.substring(0, cut);
        String name = text.substring(cut + 1);
        if (Utf8.brokenBy(filter) != null || Utf8.brokenBy(name) != null) {
            return;
        }
        agree(wellFormed(filter), TopicFilter.brokenBy(filter) == null, "filter " + filter);
        boolean goodName = !name.isEmpty() && name.chars().noneMatch(c -> c == '+' || c == '#');
        agree(goodName, TopicName.brokenBy(name) == null, "name " + name);
        if (goodName && wellFormed(filter)) {
            agree(
                    matches(filter, name),
                    TopicFilter.of(filter).matches(TopicName.of(name)),
                    filter + " on " + name);
        }
    }

    private static void agree(boolean expected, boolean actual, String about) {
        if (expected != actual) {
            throw new AssertionError(about + ": expected " + expected);
        }
    }

    private static List<String> levels(String text) {
        return List.of(text.split(Pattern.quote("/"), -1));
    }

    private static boolean wellFormed(String filter) {
        List<String> levels = levels(filter);
        if (isShared(filter)) {
            boolean named = levels.get(1).matches("[^+#]+");
            return named && levels.size() > 2 && placed(levels.subList(2, levels.size()));
        }
        return placed(levels);
    }

    /** Whether wildcards stand where they may, and there is something at all. */
    private static boolean placed(List<String> levels) {
        for (String level : levels) {
            boolean wild = level.contains("+") || level.contains("#");
            if (wild && level.length() > 1) {
                return false;
            }
        }
        int hash = levels.indexOf("#");
        boolean hashIsLast = hash < 0 || hash == levels.size() - 1;
        return hashIsLast && !levels.equals(List.of(""));
    }

    private static boolean isShared(String filter) {
        return filter.startsWith("$share/");
    }

    /** The filter without {@code $share/} and the share's name. */
    private static String plain(String filter) {
        List<String> levels = levels(filter);
        return isShared(filter) ? String.join("/", levels.subList(2, levels.size())) : filter;
    }

    private static boolean matches(String filter, String name) {
        List<String> wanted = levels(plain(filter));
        boolean hidden =
                name.startsWith("$") && Arrays.asList("+", "#").contains(wanted.getFirst());
        return !hidden && matches(wanted, levels(name));
    }

    private static boolean matches(List<String> wanted, List<String> levels) {
        if (wanted.isEmpty()) {
            return levels.isEmpty();
        }
        String first = wanted.getFirst();
        if (first.equals("#")) {
            return true;
        }
        return !levels.isEmpty()
                && (first.equals("+") || first.equals(levels.getFirst()))
                && matches(wanted.subList(1, wanted.size()), levels.subList(1, levels.size()));
    }
}
