/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Arrays;

/**
 * Whether one of two samples tends to be larger (the test of Mann, Whitney and Wilcoxon). It
 * compares ranks, so that the few requests which met a busy machine say no more than others.
 *
 * @param share the probability that one of the first sample is larger than one of the second; one
 *     half where nothing tells them apart
 * @param deviations how far that is from one half, in standard deviations of chance
 */
record RankSum(double share, double deviations) {

    /** Compares; neither sample is empty. */
    static RankSum of(long[] first, long[] second) {
        long[] others = second.clone();
        Arrays.sort(others);
        double larger = 0;
        for (long one : first) {
            int below = below(others, one);
            int equal = below(others, one + 1) - below;
            larger += below + equal / 2.0;
        }
        double pairs = (double) first.length * second.length;
        double deviation = Math.sqrt((first.length + second.length + 1) / (12 * pairs));
        double share = larger / pairs;
        return new RankSum(share, (share - 0.5) / deviation);
    }

    private static int below(long[] ascending, long bound) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
