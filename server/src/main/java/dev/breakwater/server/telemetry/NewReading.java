/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * A reading or event that is to be stored.
 *
 * @param at server time of its arrival, in whole microseconds
 * @param event what kind of event it is; empty for telemetry
 * @param packetId the packet identifier that it came with, by which a second attempt to send it is
 *     recognised; {@link #NO_PACKET_ID} if nobody will send it again
 * @param envelopeNumber the number of an envelope that the server has opened, stored with it so
 *     that the same is never taken again; {@link #NOT_OPENED} for everything else
 * @param payload never changed after it was handed over: it is not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a batch of thousands is handed on without a copy
public record NewReading(
        OrganizationId organization,
        DeviceId device,
        Instant at,
        Optional<EventType> event,
        PayloadForm form,
        int packetId,
        long envelopeNumber,
        byte[] payload) {

    /** Stands for none. */
    public static final long NOT_OPENED = 0;

    /** Stands for none. */
    public static final int NO_PACKET_ID = 0;
}
