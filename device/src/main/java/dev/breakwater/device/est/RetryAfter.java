/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.est;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The Retry-After header, in seconds or as a date (RFC 9110 section 10.2.3). */
public final class RetryAfter {

    private RetryAfter() {}

    /** The wait it asks for, brought within our limits; unreadable means the longest wait. */
    public static Duration parse(String header, Instant now) {
        return clamp(unlimited(header.strip(), now));
    }

    static Duration clamp(Duration wait) {
        if (wait.compareTo(EstClient.RETRY_AFTER_MIN) < 0) {
            return EstClient.RETRY_AFTER_MIN;
        }
        return wait.compareTo(EstClient.RETRY_AFTER_MAX) > 0 ? EstClient.RETRY_AFTER_MAX : wait;
    }

    private static Duration unlimited(String header, Instant now) {
        if (header.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            return Duration.between(
                    now,
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException unreadable) {
            return EstClient.RETRY_AFTER_MAX;
        }
    }
}
