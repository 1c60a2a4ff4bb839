/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

/**
 * The newest place of a device, with its rollout.
 *
 * @param stopped whether the organization has stopped all updates
 */
public record DeviceStanding(RolloutEntry rollout, DevicePlace place, boolean stopped) {

    /** Whether devices may be told of it at this moment. */
    public boolean offers() {
        return !stopped && rollout.rollout().state().offers();
    }
}
