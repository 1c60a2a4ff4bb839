/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.Topics;
import dev.breakwater.server.telemetry.EventType;

/**
 * What a rule about messages is for: a topic that devices publish to, or all topics of one kind,
 * with {@code +} in the place of what differs. A rule for one topic goes before a rule for its
 * kind.
 */
public record RuledTopic(String text) {

    static final String ANY_EVENT = Topics.EVENTS_PREFIX + "+";
    static final String ANY_REPLY = Topics.COMMANDS_PREFIX + "+" + Topics.REPLY_SUFFIX;

    /**
     * Refuses every other topic.
     *
     * @throws IllegalArgumentException with the topics there are
     */
    public RuledTopic {
        if (!isRuled(text)) {
            throw new IllegalArgumentException(
                    "is none of me/telemetry, me/state, me/events/{type}, me/events/+ and"
                            + " me/commands/+/reply");
        }
    }

    private static boolean isRuled(String text) {
        return switch (text) {
            case Topics.TELEMETRY, Topics.STATE, ANY_EVENT, ANY_REPLY -> true;
            default -> text.startsWith(Topics.EVENTS_PREFIX) && isEventType(text);
        };
    }

    private static boolean isEventType(String topic) {
        try {
            var _ = new EventType(topic.substring(Topics.EVENTS_PREFIX.length()));
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Its kind, as a rule writes it; the topic itself if it is the only one of its kind. */
    static String kindOf(String topic) {
        if (topic.startsWith(Topics.EVENTS_PREFIX)) {
            return ANY_EVENT;
        }
        return topic.startsWith(Topics.COMMANDS_PREFIX) ? ANY_REPLY : topic;
    }

    @Override
    public String toString() {
        return text;
    }
}
