/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Counts wrong attempts to unlock something: a PIN, a key that a person types. An attempt is
 * counted on the medium before it is made and forgotten after it was right, so cutting the power in
 * between gives nothing away: it costs the one attempt.
 *
 * <pre>{@code
 * WrongUnlocks unlocks = new WrongUnlocks(survivors, 10);
 * switch (unlocks.attempt(() -> pin.matches(typed))) {
 *     case RIGHT -> open();
 *     case WRONG -> ask();
 *     case TOO_MANY -> response.respond(unlocks.tampering());
 * }
 * }</pre>
 *
 * <p>The counter lies where the device's other data lie: whoever can put back an older state of the
 * medium can put back the count. Only a token that counts for itself stops that. Safe for use by
 * many threads.
 */
public final class WrongUnlocks {

    /** The fewest attempts a product may allow: people mistype. */
    public static final int ALLOWED_MIN = 3;

    /** The most attempts a product may allow. */
    public static final int ALLOWED_MAX = 100;

    private static final String NAME = "wrong-unlocks";

    /** Tries to unlock. */
    @FunctionalInterface
    public interface Unlock {

        /** Whether it was right. */
        boolean unlocks() throws IOException;
    }

    /** How an attempt ended. */
    public enum Verdict {
        /** It was right, and the count is zero again. */
        RIGHT,

        /** It was wrong, and there are attempts left. */
        WRONG,

        /** It was the last wrong one, or was not made any more. */
        TOO_MANY
    }

    private final SealedStorage survivors;
    private final int allowed;

    /**
     * A counter.
     *
     * @param survivors where it is kept; not under the key that is to be unlocked
     * @param allowed how many wrong attempts in a row, 3 to 100
     */
    public WrongUnlocks(SealedStorage survivors, int allowed) {
        if (allowed < ALLOWED_MIN || allowed > ALLOWED_MAX) {
            throw new IllegalArgumentException(
                    "%d to %d wrong attempts may be allowed, not %d"
                            .formatted(ALLOWED_MIN, ALLOWED_MAX, allowed));
        }
        this.survivors = survivors;
        this.allowed = allowed;
    }

    /** Counts an attempt, makes it, and forgets the count if it was right. */
    public synchronized Verdict attempt(Unlock unlock) throws IOException {
        int made = count();
        if (made >= allowed) {
            return Verdict.TOO_MANY;
        }
        survivors.write(NAME, ByteBuffer.allocate(Integer.BYTES).putInt(made + 1).array());
        if (unlock.unlocks()) {
            survivors.delete(NAME);
            return Verdict.RIGHT;
        }
        return made + 1 >= allowed ? Verdict.TOO_MANY : Verdict.WRONG;
    }

    /** How many attempts in a row were wrong, or were cut short. */
    public synchronized int count() throws IOException {
        Optional<byte[]> stored = survivors.read(NAME);
        if (stored.isEmpty()) {
            return 0;
        }
        if (stored.get().length != Integer.BYTES) {
            throw new IOException("the count of wrong attempts is damaged");
        }
        return Math.max(0, ByteBuffer.wrap(stored.get()).getInt());
    }

    /** What too many of them are. */
    public Tampering tampering() {
        return new Tampering(
                Tampering.Kind.TOO_MANY_WRONG_UNLOCKS,
                "%d attempts to unlock were wrong".formatted(allowed));
    }
}
