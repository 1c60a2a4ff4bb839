/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.power;

import java.util.Arrays;

/** What a medium may still hold, after a power cut, of what nobody had synced. */
public enum Survival {
    /** Nothing of it: a file that was renamed has its old name, one that was deleted is back. */
    SYNCED_ONLY,

    /** All of it, as if the cut had come a little later. */
    EVERYTHING,

    /** The names, and half of what was written: the write was torn. */
    TORN_WRITE,

    /** The names and the lengths, but zeros where the second half of what was written should be. */
    ZEROED_TAIL;

    boolean keepsNames() {
        return this != SYNCED_ONLY;
    }

    /**
     * What is left of bytes that were overwritten where they lay, as in a block device: its length
     * never changes, and what nobody wrote to since the sync is in no danger.
     */
    byte[] overwritten(byte[] synced, byte[] written) {
        int first = Arrays.mismatch(synced, written);
        if (first < 0) {
            return written.clone();
        }
        int end = written.length;
        while (synced[end - 1] == written[end - 1]) {
            end--;
        }
        int torn = first + (end - first) / 2;
        byte[] left = written.clone();
        switch (this) {
            case SYNCED_ONLY -> System.arraycopy(synced, 0, left, 0, left.length);
            case EVERYTHING -> {}
            case TORN_WRITE -> System.arraycopy(synced, torn, left, torn, end - torn);
            case ZEROED_TAIL -> Arrays.fill(left, torn, end, (byte) 0);
        }
        return left;
    }

    /** What is left of a content of which only an older state was synced. */
    byte[] content(byte[] synced, byte[] written) {
        int common = Arrays.mismatch(synced, written);
        if (common < 0) {
            return written.clone();
        }
        // Within what changed: bytes that were synced and not written again are in no danger.
        int torn = common + (written.length - common) / 2;
        return switch (this) {
            case SYNCED_ONLY -> synced.clone();
            case EVERYTHING -> written.clone();
            case TORN_WRITE -> Arrays.copyOf(written, torn);
            case ZEROED_TAIL -> Arrays.copyOf(Arrays.copyOf(written, torn), written.length);
        };
    }
}
