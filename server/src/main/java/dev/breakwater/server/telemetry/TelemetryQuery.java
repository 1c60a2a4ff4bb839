/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.time.Instant;
import java.util.Optional;

/**
 * What of a device's past to return.
 *
 * @param kind telemetry or events
 * @param from the earliest time, itself included
 * @param until the first time after the range
 * @param order in which order
 * @param after go on after this place; empty to begin
 * @param countMax at most this many
 */
public record TelemetryQuery(
        Kind kind,
        Instant from,
        Instant until,
        Order order,
        Optional<TelemetryCursor> after,
        int countMax) {

    /** Which of the two. */
    public enum Kind {
        TELEMETRY,
        EVENTS
    }

    /** In which order. */
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /** The newest of all. */
    public static TelemetryQuery newest(Kind kind, int countMax) {
        return new TelemetryQuery(
                kind,
                Instant.EPOCH,
                Instant.parse("9999-12-31T23:59:59Z"),
                Order.NEWEST_FIRST,
                Optional.empty(),
                countMax);
    }

    /** The same query with another bound on the number. */
    TelemetryQuery atMost(int count) {
        return new TelemetryQuery(kind, from, until, order, after, Math.min(count, countMax));
    }
}
