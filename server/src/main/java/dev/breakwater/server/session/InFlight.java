/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicName;

/**
 * A message to the device that holds a packet id. The payload is not here: what must survive is
 * durable where it comes from, as a command or as desired state, and is recognised by its digest.
 *
 * @param received whether PUBREC has arrived: the message is the device's, PUBREL is still due
 * @param payloadSha256 64 lower-case hexadecimal digits
 */
public record InFlight(
        int packetId,
        TopicName topic,
        QualityOfService qos,
        String payloadSha256,
        boolean received) {}
