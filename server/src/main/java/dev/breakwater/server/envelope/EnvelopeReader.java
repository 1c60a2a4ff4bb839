/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.Envelope;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;

/**
 * Opens for whoever may read a device's readings what is stored sealed to the server. What is
 * sealed to somebody else, or to a key that was destroyed, stays as it is.
 */
public final class EnvelopeReader {

    private final EnvelopeKeys keys;

    EnvelopeReader(EnvelopeKeys keys) {
        this.keys = keys;
    }

    /** The reading with what is in it, or as it is stored. */
    public Reading opened(OrganizationId organization, DeviceId device, Reading reading) {
        if (reading.form() != PayloadForm.SEALED) {
            return reading;
        }
        byte[] envelope = reading.payload();
        if (keys.named(organization, Envelope.key(envelope)).isEmpty()) {
            return reading;
        }
        String topic =
                reading.event()
                        .map(event -> Topics.EVENTS_PREFIX + event.text())
                        .orElse(Topics.TELEMETRY);
        EnvelopeContext context =
                new EnvelopeContext(
                        organization.uuid(), device, Direction.FROM_DEVICE, TopicName.of(topic));
        return keys.opener(organization)
                .map(opener -> opener.reopen(envelope, context))
                .map(
                        opening ->
                                switch (opening) {
                                    case Opening.Opened(byte[] content, long _) ->
                                            reading.opened(content);
                                    case Opening.Refused _ -> reading;
                                })
                .orElse(reading);
    }
}
