/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

/**
 * Readings or events of one device that lie side by side in one block, in the order of their times.
 *
 * @param firstUs the earliest of their times
 * @param lastUs the latest, at most {@link #SPAN_US_MAX} later
 * @param firstIndex how many readings lie before it in the block
 * @param readings how many it has
 * @param offsetBytes where in the block's content it begins
 * @param lengthBytes how long it is
 */
record TelemetryRun(
        long blockNo,
        long deviceNo,
        boolean events,
        long firstUs,
        long lastUs,
        int firstIndex,
        int readings,
        int offsetBytes,
        int lengthBytes) {

    /**
     * Ten minutes. A search by time looks so far before its range and no further, since nothing
     * that begins earlier can reach into it.
     */
    static final long SPAN_US_MAX = 600_000_000;

    /** A block has fewer readings than this; {@link TelemetryBlock} sees to it. */
    private static final long SEQUENCES_PER_BLOCK = 1 << 16;

    /** The place of its first reading among all that were ever stored. */
    long firstSequence() {
        return blockNo * SEQUENCES_PER_BLOCK + firstIndex;
    }
}
