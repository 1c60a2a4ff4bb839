/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.security.SecureRandom;
import java.util.UUID;

/** UUIDs of version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then 74 random bits. */
public final class TimeOrderedUuid {

    private static final SecureRandom RANDOM = new SecureRandom();

    private TimeOrderedUuid() {}

    /** A fresh id whose order is its order of creation, to the millisecond. */
    public static UUID fresh() {
        long milliseconds = System.currentTimeMillis();
        long version7 = (milliseconds << 16) | 0x7000L | (RANDOM.nextLong() & 0x0FFFL);
        long variant = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
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
