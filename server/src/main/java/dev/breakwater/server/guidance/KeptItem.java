/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.guidance;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Something a device stores, as its storage manifest declares it.
 *
 * @param name the manifest's name for it, e.g. {@code key-*}
 * @param purpose what it is for
 * @param sensitivity how much harm it does if others read it
 * @param retention how long it is kept; without it, until the device is erased
 */
public record KeptItem(
        String name, String purpose, Sensitivity sensitivity, Optional<Duration> retention) {

    private static final Duration RETENTION_MIN = Duration.ofHours(1);
    private static final Duration RETENTION_MAX = Duration.ofDays(3650);

    /** How much harm it does if others read it. */
    public enum Sensitivity {
        /** Whoever has it can be the device or its owner. */
        SECRET,
        /** It says something about a person. */
        PERSONAL,
        /** It says something about the device. */
        OPERATIONAL;

        /** The name in the manifest and the API. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Sensitivity of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /** Refuses what no storage manifest may declare either. */
    public KeptItem {
        if (retention.isPresent()
                && (retention.get().compareTo(RETENTION_MIN) < 0
                        || retention.get().compareTo(RETENTION_MAX) > 0)) {
            throw new IllegalArgumentException("is kept for an hour to ten years, such as P30D");
        }
    }
}
