/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How long what people sign is believed. */
final class Lives {

    /** A product must not depend on somebody who signs more often than that. */
    static final String STANDARD = "365d";

    private static final Duration LIFE_MIN = Duration.ofDays(1);
    private static final Duration LIFE_MAX = Duration.ofDays(3650);

    private Lives() {}

    /** When something ends that is signed now. */
    static Instant end(Instant now, Duration life) {
        if (life.compareTo(LIFE_MIN) < 0 || life.compareTo(LIFE_MAX) > 0) {
            throw new CommandFailed(
                    ExitCode.USAGE, "what people sign is believed for 1 day to 3650 days");
        }
        return now.plus(life).truncatedTo(ChronoUnit.SECONDS);
    }
}
