/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate begins only after the time that the device's clock shows. The pinned
 * authority signs nothing ahead of time, so the clock is behind, or somebody wants us to think so:
 * the server has to prove what time it is before it is spoken to.
 */
public final class ClockBehind extends CertificateNotYetValidException {

    @Serial private static final long serialVersionUID = 1;

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    ClockBehind(Instant shown, Instant beginning) {
        super(
                "the clock shows %s, and the server's certificate begins at %s"
                        .formatted(shown, beginning));
    }

    /** Whether it is why something failed. */
    public static boolean isCauseOf(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof ClockBehind) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
