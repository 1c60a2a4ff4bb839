/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts wrong device tokens, by source address and by the name they came under, so that trying
 * costs time. A token has 256 random bits and cannot be guessed anyway; what this stops is the load
 * of look-ups, and the noise in the audit log. Thread-safe; nothing here blocks.
 *
 * <p>Whoever floods one device's name keeps that device out only while the registry does not
 * remember it: those who were in a moment ago are admitted before anything is counted. That is the
 * least bad: without a count by name, many sources together would have no bound.
 */
final class WrongTokens {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final int perSourceMax;
    private final int perNameMax;
    private final Clock clock;
    private final Map<String, Window> windows;

    WrongTokens(Limits limits, Clock clock) {
        this.perSourceMax = limits.of(Limit.DEVICE_TOKEN_FAILURES_PER_SOURCE);
        this.perNameMax = limits.of(Limit.DEVICE_TOKEN_FAILURES_PER_DEVICE);
        this.clock = clock;
        int countedMax = limits.of(Limit.DEVICE_TOKEN_FAILURES_COUNTED);
        this.windows =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                        return size() > countedMax;
                    }
                };
    }

    /** How long somebody has to wait before a further token of theirs is looked at. */
    synchronized Optional<Duration> wait(String source, String name) {
        return wait(ofSource(source), perSourceMax).or(() -> wait(ofName(name), perNameMax));
    }

    private Optional<Duration> wait(String key, int failuresMax) {
        Window window = windows.get(key);
        if (window == null || window.failures < failuresMax) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), window.began.plus(WINDOW));
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    /** Notes a wrong token. */
    synchronized void count(String source, String name) {
        count(ofSource(source));
        count(ofName(name));
    }

    private void count(String key) {
        Instant now = clock.instant();
        Window window = windows.get(key);
        windows.put(
                key,
                window == null || !now.isBefore(window.began.plus(WINDOW))
                        ? new Window(now, 1)
                        : new Window(window.began, window.failures + 1));
    }

    private static String ofSource(String source) {
        return "s" + source;
    }

    private static String ofName(String name) {
        return "n" + name;
    }

    private record Window(Instant began, int failures) {}
}
