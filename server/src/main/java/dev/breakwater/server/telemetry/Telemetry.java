/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Readings and events of all devices. {@link #accept} and {@link #acceptEvent} never block and are
 * what the channel's event loops call, for one device always the same one; {@link #find} reads the
 * store and belongs on virtual threads.
 */
public final class Telemetry {

    private final TelemetryStore store;
    private final PayloadCheck check;
    private final ArrivalClock arrivals;
    private final int pageRows;
    private final int pageBytes;
    private final int recentMax;
    private final Duration recentAge;
    private final Clock clock;

    /** Wires telemetry. */
    public Telemetry(TelemetryStore store, Limits limits, Clock clock) {
        this.store = store;
        this.check = new PayloadCheck(limits);
        this.arrivals = new ArrivalClock(clock);
        this.pageRows = limits.of(Limit.TELEMETRY_PAGE_ROWS);
        this.pageBytes = limits.of(Limit.TELEMETRY_PAGE_BYTES);
        this.recentMax = limits.of(Limit.CHANNEL_INFLIGHT);
        this.recentAge = limits.seconds(Limit.TELEMETRY_REPEAT_SECONDS);
        this.clock = clock;
    }

    /**
     * Takes a payload of {@code me/telemetry}. Never blocks.
     *
     * @param packetId as in {@link NewReading}
     * @param payload not changed afterwards by the caller
     * @param completion gets the server's time of the reading once it is durable, or {@link
     *     MessageRefused} if the payload is not acceptable
     */
    public void accept(
            AuthenticatedDevice device,
            int packetId,
            byte[] payload,
            Completion<? super Instant> completion) {
        append(device, Optional.empty(), packetId, NewReading.NOT_OPENED, payload, completion);
    }

    /**
     * Takes a payload of {@code me/events/{type}}. Never blocks.
     *
     * @param type as it stands in the topic
     * @param packetId as in {@link NewReading}
     * @param payload not changed afterwards by the caller
     * @param completion as with {@link #accept}
     */
    public void acceptEvent(
            AuthenticatedDevice device,
            String type,
            int packetId,
            byte[] payload,
            Completion<? super Instant> completion) {
        event(type, completion)
                .ifPresent(
                        event ->
                                append(
                                        device,
                                        Optional.of(event),
                                        packetId,
                                        NewReading.NOT_OPENED,
                                        payload,
                                        completion));
    }

    /**
     * Takes what was sealed to the server, which has opened it: what is in it is judged as if it
     * had come in clear, and stored as it came. Never blocks.
     *
     * @param type as it stands in an event's topic; empty for telemetry
     * @param number as in {@link NewReading#envelopeNumber}
     * @param completion as with {@link #accept}
     */
    public void acceptOpened(
            AuthenticatedDevice device,
            Optional<String> type,
            int packetId,
            byte[] envelope,
            byte[] content,
            long number,
            Completion<? super Instant> completion) {
        Optional<EventType> event = Optional.empty();
        if (type.isPresent()) {
            event = event(type.get(), completion);
            if (event.isEmpty()) {
                return;
            }
        }
        try {
            if (check.require(content) == PayloadForm.SEALED) {
                throw new MessageRefused(
                        RefusalReason.PAYLOAD_REFUSED, "what is sealed is sealed once more");
            }
        } catch (MessageRefused refused) {
            completion.failed(refused);
            return;
        }
        append(device, event, packetId, number, envelope, completion);
    }

    private static Optional<EventType> event(String type, Completion<?> completion) {
        try {
            return Optional.of(new EventType(type));
        } catch (IllegalArgumentException malformed) {
            String why = String.valueOf(malformed.getMessage());
            completion.failed(new MessageRefused(RefusalReason.TOPIC_REFUSED, why));
            return Optional.empty();
        }
    }

    private void append(
            AuthenticatedDevice device,
            Optional<EventType> event,
            int packetId,
            long envelopeNumber,
            byte[] payload,
            Completion<? super Instant> completion) {
        PayloadForm form;
        try {
            form = check.require(payload);
        } catch (MessageRefused refused) {
            completion.failed(refused);
            return;
        }
        store.append(
                new NewReading(
                        device.organization(),
                        device.id(),
                        arrivals.next(),
                        event,
                        form,
                        packetId,
                        envelopeNumber,
                        payload),
                completion);
    }

    /**
     * Looks up the device's last readings and events that it may send again: as many as it may
     * leave unacknowledged, none older than {@link Limit#TELEMETRY_REPEAT_SECONDS}, once all that
     * was accepted before is durable. Never blocks.
     *
     * @param completion told on any thread
     */
    public void recall(AuthenticatedDevice device, Completion<? super RecentReadings> completion) {
        store.findRecent(
                device.organization(),
                device.id(),
                clock.instant().minus(recentAge),
                recentMax,
                completion);
    }

    /**
     * The device's readings or events, at most {@link Limit#TELEMETRY_PAGE_ROWS}; none if the
     * organization has no such device. The reading with which they exceed {@link
     * Limit#TELEMETRY_PAGE_BYTES} is the last. {@link Reading#cursor()} of the last one leads on.
     */
    public List<Reading> find(OrganizationId organization, DeviceId device, TelemetryQuery query) {
        return store.find(organization, device, query.atMost(pageRows), pageBytes);
    }

    /**
     * How many of the readings that were found, from the first one, are a page: as many as stay
     * within {@link Limit#TELEMETRY_PAGE_BYTES}, which is never less than one.
     */
    public int onOnePage(List<Reading> found) {
        long bytes = 0;
        int count = 0;
        for (Reading reading : found) {
            bytes += reading.bytes();
            if (bytes > pageBytes) {
                break;
            }
            count++;
        }
        return count;
    }
}
