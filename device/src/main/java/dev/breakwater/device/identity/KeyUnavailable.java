/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key of the device cannot be made or used where it should live. No other key was made in its
 * place and nothing was destroyed, so it can be tried again once the place is in order.
 */
public final class KeyUnavailable extends IOException {

    @Serial private static final long serialVersionUID = 1;

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    KeyUnavailable(String message) {
        super(message);
    }

    KeyUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    /** Finds it among the causes of a failure, such as a TLS handshake that could not sign. */
    public static Optional<KeyUnavailable> in(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof KeyUnavailable found) {
                return Optional.of(found);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
