/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * Which topics a subscription is for: a topic name in which {@code +} stands for one level and
 * {@code #}, at the end, for all further ones (section 4.7.1). {@code $share/{name}/{filter}} is a
 * shared subscription; it must be well-formed in 3.1.1 too, although only MQTT 5.0 (section 4.8.2)
 * defines it, so that one text means one thing.
 */
public final class TopicFilter {

    private static final String SHARE_PREFIX = "$share/";

    private final String text;

    private TopicFilter(String text) {
        this.text = text;
    }

    /**
     * A topic filter of our own making.
     *
     * @throws IllegalArgumentException if it is empty, too long, its wildcards are not whole
     *     levels, or it contains a control character or half a surrogate pair
     */
    public static TopicFilter of(String text) {
        Utf8.require(text, "a topic filter");
        MqttRule broken = brokenBy(text);
        if (broken != null) {
            throw new IllegalArgumentException(broken.sentence() + " [" + broken.place(null) + "]");
        }
        return new TopicFilter(text);
    }

    /** For the decoder, which has checked the rules on its own terms. */
    static TopicFilter checked(String text) {
        return new TopicFilter(text);
    }

    /** The rule that a well-formed string breaks as a topic filter, null for a good one. */
    static @Nullable MqttRule brokenBy(String text) {
        if (text.isEmpty()) {
            return MqttRule.TOPIC_FILTER_EMPTY;
        }
        if (text.startsWith(SHARE_PREFIX)) {
            int nameEnd = text.indexOf('/', SHARE_PREFIX.length());
            String name =
                    text.substring(SHARE_PREFIX.length(), nameEnd < 0 ? text.length() : nameEnd);
            if (name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
                return MqttRule.SHARE_NAME;
            }
            if (nameEnd < 0 || nameEnd == text.length() - 1) {
                return MqttRule.SHARE_WITHOUT_FILTER;
            }
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '#' && (i != text.length() - 1 || !startsLevel(text, i))) {
                return MqttRule.MULTI_LEVEL_WILDCARD;
            }
            if (c == '+' && !(startsLevel(text, i) && endsLevel(text, i))) {
                return MqttRule.SINGLE_LEVEL_WILDCARD;
            }
        }
        return null;
    }

    private static boolean startsLevel(String text, int i) {
        return i == 0 || text.charAt(i - 1) == '/';
    }

    private static boolean endsLevel(String text, int i) {
        return i == text.length() - 1 || text.charAt(i + 1) == '/';
    }

    /** The filter as on the wire, the share included. */
    public String text() {
        return text;
    }

    /** Whether this is a shared subscription. */
    public boolean isShared() {
        return text.startsWith(SHARE_PREFIX);
    }

    /** Whether it contains {@code +} or {@code #}. */
    public boolean hasWildcard() {
        return text.indexOf('+') >= 0 || text.endsWith("#");
    }

    /**
     * Whether a message on {@code topic} is for this filter. A leading wildcard does not match a
     * topic that starts with {@code $} [MQTT-4.7.2-1]; of a shared subscription the part after the
     * share name counts.
     */
    public boolean matches(TopicName topic) {
        String name = topic.text();
        int f = isShared() ? text.indexOf('/', SHARE_PREFIX.length()) + 1 : 0;
        char first = text.charAt(f);
        if (name.isEmpty() || (topic.isReserved() && (first == '+' || first == '#'))) {
            return false;
        }
        int n = 0;
        while (f < text.length()) {
            char c = text.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                n = levelEnd(name, n);
                f++;
            } else {
                int fEnd = levelEnd(text, f);
                int nEnd = levelEnd(name, n);
                if (fEnd - f != nEnd - n || !text.regionMatches(f, name, n, fEnd - f)) {
                    return false;
                }
                f = fEnd;
                n = nEnd;
            }
            // Both stand at the end of a level. "a/#" also matches the parent "a".
            if (n == name.length()) {
                return f == text.length() || text.startsWith("/#", f);
            }
            if (f == text.length()) {
                return false;
            }
            f++;
            n++;
            if (f == text.length()) {
                // The filter's last level is empty: it matches an empty last level only.
                return n == name.length();
            }
        }
        return false;
    }

    private static int levelEnd(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicFilter filter && text.equals(filter.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
