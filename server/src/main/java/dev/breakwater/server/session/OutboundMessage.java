/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import java.time.Instant;
import java.util.Optional;

/** A message for a device. Nobody changes its payload. */
public final class OutboundMessage {

    private final String topic;
    private final byte[] payload;
    private final Optional<Instant> expiresAt;
    private final Optional<String> replyTopic;

    /**
     * A message.
     *
     * @param topic one of the server-to-device topics of {@link dev.breakwater.protocol.Topics}
     * @param payload not changed afterwards by anybody
     * @param expiresAt when it must not be sent any more; empty if it never loses its meaning
     * @param replyTopic where the device answers; empty if no answer is expected
     */
    public OutboundMessage(
            String topic,
            byte[] payload,
            Optional<Instant> expiresAt,
            Optional<String> replyTopic) {
        this.topic = topic;
        this.payload = payload;
        this.expiresAt = expiresAt;
        this.replyTopic = replyTopic;
    }

    /** A message that never loses its meaning and expects no answer. */
    public OutboundMessage(String topic, byte[] payload) {
        this(topic, payload, Optional.empty(), Optional.empty());
    }

    /** Where the device finds it. */
    public String topic() {
        return topic;
    }

    /** What it says; not to be changed. */
    public byte[] payload() {
        return payload;
    }

    /** When it must not be sent any more. */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /** Where the device answers. */
    public Optional<String> replyTopic() {
        return replyTopic;
    }
}
