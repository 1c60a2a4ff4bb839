/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.update.trust.FoundTarget;
import java.time.Instant;

/**
 * A release that this device may install: only {@link ReleaseCheck} makes one, so that whoever
 * installs cannot do so unchecked. Its bytes are verified while they come, by {@code
 * BoundedDownload}.
 */
public final class VerifiedRelease {

    private final FoundTarget target;
    private final ReleaseDescription description;
    private final Instant deadline;
    private final long statementVersion;

    VerifiedRelease(
            FoundTarget target,
            ReleaseDescription description,
            Instant deadline,
            long statementVersion) {
        this.target = target;
        this.description = description;
        this.deadline = deadline;
        this.statementVersion = statementVersion;
    }

    /** The file, its length and hashes, and where it lies. */
    public FoundTarget target() {
        return target;
    }

    /** What the release keys say of it. */
    public ReleaseDescription description() {
        return description;
    }

    /** When the installation must have begun. */
    public Instant deadline() {
        return deadline;
    }

    /**
     * The director's own count of its statements. Whoever keeps it can refuse an older statement
     * that comes again.
     */
    public long statementVersion() {
        return statementVersion;
    }
}
