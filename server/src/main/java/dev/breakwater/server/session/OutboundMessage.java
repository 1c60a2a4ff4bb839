/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import java.time.Instant;
import java.util.Optional;

/**
 * A message for a device.
 *
 * @param topic one of the server-to-device topics of {@link dev.breakwater.protocol.Topics}
 * @param payload not changed afterwards by anybody
 * @param expiresAt when it must not be sent any more; empty if it never loses its meaning
 * @param replyTopic where the device answers; empty if no answer is expected
 */
public record OutboundMessage(
        String topic, byte[] payload, Optional<Instant> expiresAt, Optional<String> replyTopic) {

    /** A message that never loses its meaning and expects no answer. */
    public OutboundMessage(String topic, byte[] payload) {
        this(topic, payload, Optional.empty(), Optional.empty());
    }
}
