/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What holds for version and expiry of every kind of file. */
final class Editions {

    private static final Instant BEGIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-12-31T23:59:59Z");

    private Editions() {}

    static void require(long version, Instant expires) {
        if (version < 1 || version > MetadataLimits.NUMBER_MAX) {
            throw new IllegalArgumentException(
                    "a version must be 1 to " + MetadataLimits.NUMBER_MAX);
        }
        if (!expires.truncatedTo(ChronoUnit.SECONDS).equals(expires)
                || expires.isBefore(BEGIN)
                || expires.isAfter(END)) {
            throw new IllegalArgumentException(
                    "an expiry must be whole seconds of the years 1 to 9999");
        }
    }
}
