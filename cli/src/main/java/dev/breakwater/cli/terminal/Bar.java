/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

/**
 * A share of a whole as a bar of one width, in characters that every terminal and every font has:
 * {@code [######--------------] 32 %}.
 */
public final class Bar {

    private static final int CELLS = 20;

    private Bar() {}

    /**
     * The bar. It is full, and says 100 %, only when all is there; what has begun but has not
     * filled a hundredth says 0 %. Nothing of nothing is all of it.
     *
     * @param done how much is there; what is below zero or above the total counts as the nearest of
     *     the two, since what a device or a server tells is shown and not judged here
     * @param total how much there will be, not negative
     */
    public static String of(long done, long total) {
        long there = Math.clamp(done, 0, Math.max(0, total));
        int percent = total <= 0 ? 100 : (int) Math.floor(100.0 * there / total);
        int cells = total <= 0 ? CELLS : (int) Math.floor((double) CELLS * there / total);
        if (there < total) {
            // A double cannot tell the largest sizes from one less.
            percent = Math.min(99, percent);
            cells = Math.min(CELLS - 1, cells);
        }
        return "[" + "#".repeat(cells) + "-".repeat(CELLS - cells) + "] %3d %%".formatted(percent);
    }
}
