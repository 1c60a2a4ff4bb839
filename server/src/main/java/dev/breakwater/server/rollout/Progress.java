/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

/**
 * How far a device is with one attempt. It only ever grows: a device that says otherwise is not
 * believed, for whoever repeats old messages would keep an attempt alive that has ended.
 *
 * @param percent of the step, 0 to 100
 */
public record Progress(Step step, int percent) implements Comparable<Progress> {

    /** Of an attempt that has just begun. */
    static final Progress NONE = new Progress(Step.DOWNLOADING, 0);

    /** Of an attempt of which nothing is left but to be well. */
    static final Progress INSTALLED = new Progress(Step.RESTARTING, 100);

    /** What it is doing, in the order of doing. */
    public enum Step {
        /** It fetches the artifact. */
        DOWNLOADING,
        /** It compares what it fetched with what was signed. */
        VERIFYING,
        /** It writes the slot that it does not run from. */
        WRITING,
        /** The next start is into the release. */
        RESTARTING
    }

    /**
     * Checks the percentage.
     *
     * @throws IllegalArgumentException if it is not from 0 to 100
     */
    public Progress {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("progress is from 0 to 100 percent, not " + percent);
        }
    }

    @Override
    public int compareTo(Progress other) {
        int steps = step.compareTo(other.step);
        return steps != 0 ? steps : Integer.compare(percent, other.percent);
    }
}
