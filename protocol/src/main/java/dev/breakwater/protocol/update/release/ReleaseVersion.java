/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version as people write it: one to four numbers, and what precedes a release after a hyphen.
 * Ordered as Semantic Versioning 2.0.0 section 11 has it; numbers that are not written are zero.
 *
 * @param text such as {@code 1.4.0} or {@code 1.4.0-rc.1}
 */
public record ReleaseVersion(String text) implements Comparable<ReleaseVersion> {

    /** Longer ones nobody reads. */
    public static final int CHARACTERS_MAX = 64;

    private static final int NUMBERS = 4;

    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d{1,9}(?:\\.\\d{1,9}){0,3})(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");

    /** Refuses other forms. */
    public ReleaseVersion {
        if (text.length() > CHARACTERS_MAX || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a version must be numbers such as 1.4.0 or 1.4.0-rc.1, of at most %d characters"
                            .formatted(CHARACTERS_MAX));
        }
    }

    @Override
    public int compareTo(ReleaseVersion other) {
        Matcher mine = parts(text);
        Matcher theirs = parts(other.text);
        List<Integer> numbers = numbers(mine.group(1));
        List<Integer> otherNumbers = numbers(theirs.group(1));
        for (int i = 0; i < NUMBERS; i++) {
            int order = Integer.compare(numbers.get(i), otherNumbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        String before = mine.group(2);
        String otherBefore = theirs.group(2);
        if (before == null || otherBefore == null) {
            // Without anything before it, it is the release itself.
            return Boolean.compare(before == null, otherBefore == null);
        }
        return compareBefore(before.split("\\.", -1), otherBefore.split("\\.", -1));
    }

    private static int compareBefore(String[] mine, String[] theirs) {
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            boolean number = mine[i].matches("\\d+");
            boolean otherNumber = theirs[i].matches("\\d+");
            int order;
            if (number && otherNumber) {
                String left = mine[i].replaceFirst("^0+(?=.)", "");
                String right = theirs[i].replaceFirst("^0+(?=.)", "");
                order = Integer.compare(left.length(), right.length());
                order = order == 0 ? left.compareTo(right) : order;
            } else if (number || otherNumber) {
                order = number ? -1 : 1;
            } else {
                order = mine[i].compareTo(theirs[i]);
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static Matcher parts(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("a version has its form from the beginning");
        }
        return parts;
    }

    private static List<Integer> numbers(String dotted) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : dotted.split("\\.", -1)) {
            numbers.add(Integer.valueOf(number));
        }
        while (numbers.size() < NUMBERS) {
            numbers.add(0);
        }
        return numbers;
    }

    @Override
    public String toString() {
        return text;
    }
}
