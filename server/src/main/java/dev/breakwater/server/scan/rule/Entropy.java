/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

/** Shannon's entropy of a text, in bits a byte: 0 for one letter repeated, 8 at most. */
public final class Entropy {

    private Entropy() {}

    /** Of bytes as characters of ISO 8859-1. */
    public static double of(String text) {
        int[] counts = new int[256];
        for (int i = 0; i < text.length(); i++) {
            counts[text.charAt(i) & 0xff]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / text.length();
                bits -= share * Math.log(share) / Math.log(2);
            }
        }
        return bits;
    }
}
