/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Optional;

/** What somebody does with a rollout: where it stands after it, or nothing if it cannot be done. */
public interface RolloutStep {

    /** Called within the transaction that stores what comes of it. */
    Optional<Rollout> from(Rollout before);
}
