/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

/**
 * One hostile input. JUnit shows {@link #toString} as the name of the test, so a value that no
 * terminal should print is never printed.
 *
 * @param what what is wrong with it, in a few words
 * @param value the input; samples of bytes share no array with one another
 */
public record Sample<T>(String what, T value) {

    @Override
    public String toString() {
        return what;
    }
}
