/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.release.Release;
import java.time.Instant;
import java.util.Optional;

/**
 * A device's part in a rollout as its owner is shown it: all that is needed to decide, and nothing
 * of other devices.
 *
 * @param rollout which an answer names, so that nobody approves a release they were not shown
 * @param release whose notes the owner reads
 * @param state where the device stands
 * @param approved whether the owner has approved it, so that it is installed when its turn comes
 * @param percent of the step in work, 0 to 100
 * @param postponedUntil when the device is asked again; empty unless its owner has postponed it
 * @param postponableUntil the latest time that may be asked for; empty if it is past, or if the
 *     owner has nothing to say here
 * @param reason why it was not installed, as the device told it; text from outside
 */
public record OwnersUpdate(
        RolloutId rollout,
        Release release,
        UpdateState state,
        boolean approved,
        int percent,
        Optional<Instant> postponedUntil,
        Optional<Instant> postponableUntil,
        Optional<String> reason) {}
