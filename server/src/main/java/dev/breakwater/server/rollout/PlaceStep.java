/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Optional;

/**
 * A step of one device in a rollout: what its place is after it, or nothing if it changes nothing.
 */
public interface PlaceStep {

    /** What comes of the place as it is stored. Called within the transaction that stores it. */
    Optional<DevicePlace> from(RolloutEntry rollout, DevicePlace before);
}
