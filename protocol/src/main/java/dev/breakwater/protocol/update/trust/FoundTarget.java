/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import dev.breakwater.protocol.update.metadata.TargetFile;

/** A target that a trusted repository knows: only {@link TrustedRepository#find} makes one. */
public final class FoundTarget {

    private final String path;
    private final TargetFile file;
    private final String remotePath;

    FoundTarget(String path, TargetFile file, String remotePath) {
        this.path = path;
        this.file = file;
        this.remotePath = remotePath;
    }

    /** Its name. */
    public String path() {
        return path;
    }

    /** What it is. */
    public TargetFile file() {
        return file;
    }

    /** Where it lies, relative to the place of the targets, as it stands in a URL. */
    public String remotePath() {
        return remotePath;
    }
}
