/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The topic of one message: 1 to 65,535 bytes of UTF-8 without wildcards (section 4.7). Case and
 * every slash count: {@code a}, {@code A}, {@code /a} and {@code a/} are four topics.
 */
public final class TopicName {

    /**
     * The empty topic name of an MQTT 5.0 PUBLISH whose topic alias stands for the name (section
     * 3.3.2.3.4). It matches no filter.
     */
    public static final TopicName ALIASED = new TopicName("");

    private final String text;

    private TopicName(String text) {
        this.text = text;
    }

    /**
     * A topic name of our own making.
     *
     * @throws IllegalArgumentException if it is empty, too long, contains {@code +}, {@code #}, a
     *     control character or half a surrogate pair
     */
    public static TopicName of(String text) {
        Utf8.require(text, "a topic name");
        MqttRule broken = brokenBy(text);
        if (broken != null) {
            throw new IllegalArgumentException(broken.sentence() + " [" + broken.place(null) + "]");
        }
        return new TopicName(text);
    }

    /** For the decoder, which has checked the rules on its own terms. */
    static TopicName checked(String text) {
        return new TopicName(text);
    }

    /** The rule that a well-formed string breaks as a topic name, null for a good one. */
    static @Nullable MqttRule brokenBy(String text) {
        if (text.isEmpty()) {
            return MqttRule.TOPIC_NAME_EMPTY;
        }
        boolean wildcard = text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
        return wildcard ? MqttRule.TOPIC_NAME_WILDCARD : null;
    }

    /** The name as on the wire; empty only for {@link #ALIASED}. */
    public String text() {
        return text;
    }

    /** Whether this is {@link #ALIASED}. */
    public boolean isAliased() {
        return text.isEmpty();
    }

    /**
     * Whether the name starts with {@code $}, which a server keeps for itself; a filter that starts
     * with a wildcard does not match it [MQTT-4.7.2-1].
     */
    public boolean isReserved() {
        return text.startsWith("$");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicName name && text.equals(name.text);
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
