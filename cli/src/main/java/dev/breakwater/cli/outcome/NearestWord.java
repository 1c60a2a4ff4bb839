/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.outcome;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The word that was probably meant by a mistyped one. */
public final class NearestWord {

    private static final int CHANGES_MAX = 3;

    private NearestWord() {}

    /** The known word that differs least, if it differs by few letters only. */
    public static Optional<String> to(String mistyped, Collection<String> known) {
        return known.stream()
                .filter(word -> changes(mistyped, word) <= Math.min(CHANGES_MAX, word.length() / 2))
                .min(Comparator.comparingInt(word -> changes(mistyped, word)));
    }

    /**
     * How many letters must be added, removed or changed to make one of the other (Levenshtein).
     */
    private static int changes(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int changed = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
