/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.List;

/**
 * What the clock alone has let happen.
 *
 * @param changes the steps of devices
 * @param moves rollouts that were looked at
 */
public record PassedTime(List<PlaceChange.Changed> changes, List<Move> moves) {

    /** A rollout as it stood and as it stands. */
    public record Move(RolloutEntry before, RolloutEntry after) {}

    /** Copies the lists. */
    public PassedTime {
        changes = List.copyOf(changes);
        moves = List.copyOf(moves);
    }
}
