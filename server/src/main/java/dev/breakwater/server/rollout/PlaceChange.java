/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

/** What became of a step of one device. */
public sealed interface PlaceChange {

    /**
     * It was made, and is durable.
     *
     * @param rollout as it stands after it: the step may have begun a wave or paused everything
     * @param rolloutBefore as it stood before it
     * @param stateBefore where the device stood
     */
    record Changed(
            RolloutEntry rollout,
            DevicePlace place,
            RolloutEntry rolloutBefore,
            UpdateState stateBefore)
            implements PlaceChange {

        /** Whether the rollout itself went on by it. */
        public boolean moved() {
            return rollout.revision() != rolloutBefore.revision();
        }
    }

    /** It led nowhere. */
    record Unchanged(RolloutEntry rollout, DevicePlace place) implements PlaceChange {}

    /** What the device says of the release cannot be true; nothing of it was kept. */
    record Contradicted(String why) implements PlaceChange {}

    /** The device has no such place. */
    record NoSuchPlace() implements PlaceChange {}
}
