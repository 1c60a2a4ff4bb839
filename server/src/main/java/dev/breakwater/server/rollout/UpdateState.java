/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Locale;

/** How far a device has come with the release of a rollout. */
public enum UpdateState {
    /** It was not told yet: its wave has not come to it, or it is off. */
    WAITING,
    /** It was told, and has not answered yet. */
    OFFERED,
    /** It asks its owner. */
    ASKING,
    /** Its owner wants it later. */
    POSTPONED,
    /** Its owner does not want it. */
    REFUSED,
    /** It downloads, verifies or writes. */
    INSTALLING,
    /** It restarts into the release, which is on trial. */
    TRYING,
    /** It said after the restart that it runs the release and is well. */
    CONFIRMED,
    /** An attempt ended badly; {@link DeviceUpdate#failure} says how. */
    FAILED,
    /** The release is not for it, or it runs one that is as new. */
    INELIGIBLE,
    /** The rollout was aborted before the device had begun. */
    WITHDRAWN;

    /** The name in API and audit log, e.g. {@code installing}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the device is at it: has been told, and neither it nor its owner has decided. */
    public boolean inFlight() {
        return switch (this) {
            case OFFERED, INSTALLING, TRYING -> true;
            // Who waits for a person is not at it: others need not wait for that person as well.
            case ASKING, WAITING, POSTPONED, REFUSED, CONFIRMED, FAILED, INELIGIBLE, WITHDRAWN ->
                    false;
        };
    }
}
