/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something a device may keep.
 *
 * @param name 1 to 64 characters of {@code a-z 0-9 -}; a {@code *} at its end stands for any
 *     further ones
 * @param purpose what it is for, for people, 1 to 200 characters
 * @param sensitivity how much harm it does if others read it
 * @param retention how long it is kept after it was written last, an hour to ten years; without it,
 *     until the device is erased
 */
public record StorageItem(
        String name, String purpose, Sensitivity sensitivity, Optional<Duration> retention) {

    /** The longest purpose, in characters. */
    public static final int PURPOSE_CHARS_MAX = 200;

    /** The shortest retention. */
    public static final Duration RETENTION_MIN = Duration.ofHours(1);

    /** The longest retention that is not "until it is erased". */
    public static final Duration RETENTION_MAX = Duration.ofDays(3650);

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}|[a-z0-9-]{1,63}\\*");

    /** Refuses what exceeds the limits, naming it. */
    public StorageItem {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "an item's name is 1 to 64 characters of a-z 0-9 -, the last of which may be *");
        }
        if (purpose.isBlank()
                || purpose.length() > PURPOSE_CHARS_MAX
                || purpose.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the purpose of %s is 1 to %d characters on one line"
                            .formatted(name, PURPOSE_CHARS_MAX));
        }
        if (retention.isPresent()
                && (retention.get().compareTo(RETENTION_MIN) < 0
                        || retention.get().compareTo(RETENTION_MAX) > 0)) {
            throw new IllegalArgumentException(
                    "the retention of %s is %s to %s, not %s"
                            .formatted(name, RETENTION_MIN, RETENTION_MAX, retention.get()));
        }
    }

    /** An item that is kept until the device is erased. */
    public StorageItem(String name, String purpose, Sensitivity sensitivity) {
        this(name, purpose, sensitivity, Optional.empty());
    }

    /** Whether this declares something of that name. */
    boolean covers(String stored) {
        return family()
                ? stored.startsWith(stem()) && stored.length() > stem().length()
                : stored.equals(name);
    }

    /** Whether something could be declared by both. */
    boolean overlaps(StorageItem other) {
        if (family() && other.family()) {
            return stem().startsWith(other.stem()) || other.stem().startsWith(stem());
        }
        return name.equals(other.name) || covers(other.name) || other.covers(name);
    }

    private boolean family() {
        return name.endsWith("*");
    }

    private String stem() {
        return name.substring(0, name.length() - 1);
    }
}
