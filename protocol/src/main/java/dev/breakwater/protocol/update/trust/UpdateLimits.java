/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import java.time.Duration;

/** How much an update may take, and why. The sizes of files are in {@code MetadataLimits}. */
public final class UpdateLimits {

    /**
     * New roots in one update. A root rotated every week for five years comes to 260; a client that
     * is further behind goes on with its next update, for each root is kept when it is trusted.
     */
    public static final int ROOTS_MAX = 256;

    /** Roles asked for one target, the one of that name included. Ours use two. */
    public static final int ROLES_VISITED_MAX = 32;

    /** In each such time a download must bring its least; a modem that dials again needs 20 s. */
    public static final Duration PROGRESS_WINDOW = Duration.ofSeconds(30);

    /** The least in a window: a quarter of what the slowest radio in use, 1 kbit/s, brings. */
    public static final int PROGRESS_BYTES_MIN = 1024;

    static final int PIECE_BYTES = 16 * 1024;

    private UpdateLimits() {}
}
