/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * UUIDs of version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, 12 bits that count
 * within the millisecond (section 6.2, method 1), 62 random bits.
 */
public final class TimeOrderedUuid {

    private static final int COUNTER_BITS = 12;

    /** Milliseconds and counter of the last id; listings page in this order, so it only grows. */
    private static final AtomicLong LAST = new AtomicLong();

    private TimeOrderedUuid() {}

    /**
     * A fresh id, greater than every one this process made before, even if the clock was set back:
     * the milliseconds then run ahead of it until it has caught up.
     */
    public static UUID fresh() {
        long now = System.currentTimeMillis() << COUNTER_BITS;
        long place = LAST.updateAndGet(last -> Math.max(last + 1, now));
        return at(place);
    }

    /**
     * A fresh id that is also greater than this one, which another process made, perhaps by a clock
     * that was ahead of today's.
     *
     * @param newest of version 7
     */
    public static UUID freshAfter(UUID newest) {
        UUID fresh = fresh();
        long behind = place(newest) + 1;
        return place(fresh) < behind ? at(behind) : fresh;
    }

    /** Milliseconds and counter of an id. */
    private static long place(UUID id) {
        long bits = id.getMostSignificantBits();
        return ((bits >>> 16) << COUNTER_BITS) | (bits & ((1L << COUNTER_BITS) - 1));
    }

    private static UUID at(long place) {
        long counter = place & ((1L << COUNTER_BITS) - 1);
        long version7 = ((place >>> COUNTER_BITS) << 16) | 0x7000L | counter;
        long variant = (SecureBytes.freshLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(version7, variant);
    }

    /**
     * Reads the canonical text form and nothing else: {@link UUID#fromString} also takes short
     * groups and upper case, and one device must not have two spellings.
     *
     * @param noun what the id names, for the error text
     * @throws IllegalArgumentException if the text is anything else
     */
    public static UUID parse(String text, String noun) {
        if (text.length() == 36) {
            try {
                UUID uuid = UUID.fromString(text);
                if (uuid.toString().equals(text)) {
                    return uuid;
                }
            } catch (IllegalArgumentException notAUuid) {
                throw new IllegalArgumentException(malformed(noun), notAUuid);
            }
        }
        throw new IllegalArgumentException(malformed(noun));
    }

    private static String malformed(String noun) {
        return "a " + noun + " is a UUID of 36 characters in lower case";
    }
}
