/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What speaks against a connection or a call. Whoever gets one records it and refuses.
 *
 * @param details for the operator
 * @param retryAfter how long it stays so, if that is known
 */
public record Objection(
        RefusalReason reason, Map<String, String> details, Optional<Duration> retryAfter) {

    /** Copies the details. */
    public Objection {
        details = Map.copyOf(details);
    }
}
