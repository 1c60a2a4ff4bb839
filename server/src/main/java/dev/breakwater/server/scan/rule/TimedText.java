/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

/**
 * A text that is looked through for as long as there is time. An expression of RE2 takes time in
 * proportion to the text, and yet one that is found again and again and looks to the end of the
 * text each time takes hours (the quadratic attack on linear engines), and nothing else can stop it
 * halfway. One thread.
 */
final class TimedText implements CharSequence {

    /** One step of the largest expression takes less than a millisecond. */
    private static final int STEPS_MASK = 0xff;

    private final String text;
    private final Runnable time;
    private int steps;

    /**
     * Watches over a text.
     *
     * @param time throws when it is over
     */
    TimedText(String text, Runnable time) {
        this.text = text;
        this.time = time;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if ((++steps & STEPS_MASK) == 0) {
            time.run();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        return text.substring(from, to);
    }

    /** All of it. */
    @Override
    public String toString() {
        return text;
    }
}
