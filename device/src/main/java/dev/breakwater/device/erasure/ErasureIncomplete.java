/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/**
 * Something could not be erased. Everything else was; the next start tries again, and the device
 * does nothing else until it succeeds.
 */
public final class ErasureIncomplete extends IOException {

    @Serial private static final long serialVersionUID = 1;

    ErasureIncomplete(List<String> left, Exception first) {
        super(
                "not erased: %s (%s); the next start tries again"
                        .formatted(String.join(", ", left), first.getMessage()),
                first);
    }
}
