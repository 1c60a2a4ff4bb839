/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

/** How staging a release ended. */
public sealed interface StageOutcome {

    /** It lies verified in the spare slot. */
    record Staged() implements StageOutcome {}

    /**
     * The source failed, was too slow or ended early; the same order goes on from there.
     *
     * @param bytes how many are on the medium
     */
    record Interrupted(long bytes, String why) implements StageOutcome {}

    /** It will not be installed; nothing of it is left, and a report says why. */
    record Refused(String why) implements StageOutcome {}
}
