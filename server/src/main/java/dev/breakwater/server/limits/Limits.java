/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.time.Duration;
import java.util.Map;

/** The limits in force: the defaults of {@link Limit} and what the operator changed. Immutable. */
public final class Limits {

    private final Map<Limit, Integer> changed;

    private Limits(Map<Limit, Integer> changed) {
        this.changed = changed;
    }

    /** The defaults. */
    public static Limits defaults() {
        return new Limits(Map.of());
    }

    /**
     * The defaults with some changed.
     *
     * @throws IllegalArgumentException if a value lies outside the limit's bounds; the text names
     *     limit, value and bounds
     */
    public static Limits with(Map<Limit, Integer> changed) {
        changed.forEach(
                (limit, value) -> {
                    if (value < limit.lowest() || value > limit.highest()) {
                        throw new IllegalArgumentException(
                                "limit %s is %d, outside %d to %d"
                                        .formatted(
                                                limit.key(),
                                                value,
                                                limit.lowest(),
                                                limit.highest()));
                    }
                });
        return new Limits(Map.copyOf(changed));
    }

    /** The value in force. */
    public int of(Limit limit) {
        return changed.getOrDefault(limit, limit.byDefault());
    }

    /**
     * The value in force of a limit that counts seconds.
     *
     * @throws IllegalArgumentException if it counts something else
     */
    public Duration seconds(Limit limit) {
        if (!limit.key().endsWith("-seconds")) {
            throw new IllegalArgumentException(limit.key() + " does not count seconds");
        }
        return Duration.ofSeconds(of(limit));
    }
}
