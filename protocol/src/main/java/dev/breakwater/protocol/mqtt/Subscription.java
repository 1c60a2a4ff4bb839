/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

/**
 * One entry of SUBSCRIBE (MQTT 5.0 section 3.8.3.1).
 *
 * @param maximumQos what the client can take; the server grants this or less
 * @param noLocal whether the client's own messages are kept from it; not with a shared filter
 *     [MQTT-3.8.3-4]
 * @param retainAsPublished whether forwarded messages keep their RETAIN flag
 */
public record Subscription(
        TopicFilter filter,
        QualityOfService maximumQos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling) {

    public Subscription {
        if (noLocal && filter.isShared()) {
            throw new IllegalArgumentException(
                    "a shared subscription cannot ask for no-local [MQTT-3.8.3-4]");
        }
    }

    /** A subscription without the options of MQTT 5.0, as 3.1.1 knows it. */
    public Subscription(TopicFilter filter, QualityOfService maximumQos) {
        this(filter, maximumQos, false, false, RetainHandling.SEND);
    }

    /** Whether 3.1.1 can express it. */
    boolean isPlain() {
        return !noLocal && !retainAsPublished && retainHandling == RetainHandling.SEND;
    }
}
