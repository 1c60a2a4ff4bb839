/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.util.Optional;

/** Where the updater stands. */
public sealed interface Standing {

    /** Nothing to do. */
    record Idle() implements Standing {}

    /** An artifact is on its way; so much of it is on the medium. */
    record Downloading(InstallationOrder order, long bytes) implements Standing {}

    /** A release lies verified in the spare slot. */
    record Staged(InstallationOrder order) implements Standing {}

    /** The next restart boots the release on trial. */
    record Switched(InstallationOrder order) implements Standing {}

    /**
     * What runs is on trial: {@link Updater#watchTrial}.
     *
     * @param order nothing if the updater's memory was lost
     */
    record OnTrial(Optional<InstallationOrder> order) implements Standing {}
}
