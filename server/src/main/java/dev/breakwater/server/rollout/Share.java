/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

/**
 * A part of a whole, in hundredths of a percent, so that no rounding of fractions decides over a
 * fleet.
 *
 * @param basisPoints 0 to 10,000
 */
public record Share(int basisPoints) {

    private static final int WHOLE = 10_000;

    /** All of it. */
    public static final Share ALL = new Share(WHOLE);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is not from 0 to 10,000
     */
    public Share {
        if (basisPoints < 0 || basisPoints > WHOLE) {
            throw new IllegalArgumentException(
                    "a share is from 0 to 10000 basis points, not " + basisPoints);
        }
    }

    /** So many hundredths. */
    public static Share percent(int percent) {
        return new Share(Math.multiplyExact(percent, 100));
    }

    /** This share of so many, rounded up: a share of one device is one device. */
    public int of(int whole) {
        return (int) (((long) whole * basisPoints + WHOLE - 1) / WHOLE);
    }

    /** Whether the part is more than this share of the whole. */
    public boolean isExceededBy(int part, int whole) {
        return (long) part * WHOLE > (long) whole * basisPoints;
    }
}
