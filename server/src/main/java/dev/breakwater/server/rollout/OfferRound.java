/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import java.util.List;

/**
 * What became of a look at those who may be offered a release.
 *
 * @param before the rollout as it stood
 * @param rollout as it stands now
 * @param offered the places of those who are to be told, stored as told
 * @param idle those who are not to be told: not now, or not at all
 * @param more whether others may be told at this moment, if they are connected
 */
public record OfferRound(
        RolloutEntry before,
        RolloutEntry rollout,
        List<DevicePlace> offered,
        List<DeviceId> idle,
        boolean more) {

    /** Copies the lists. */
    public OfferRound {
        offered = List.copyOf(offered);
        idle = List.copyOf(idle);
    }
}
