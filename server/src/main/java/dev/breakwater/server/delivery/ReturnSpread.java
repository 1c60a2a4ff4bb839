/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Spreads the times at which devices that were sent away ask for a file again, or all would return
 * together. Nothing that has to be secret comes from here.
 */
public final class ReturnSpread {

    private ReturnSpread() {}

    /** A number from 0 to below 1. */
    static double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }

    /** So many seconds, both ends included. */
    public static int seconds(int least, int most) {
        return ThreadLocalRandom.current().nextInt(least, most + 1);
    }
}
