/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.update.InstallationOrder;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import java.time.Instant;

/**
 * A release that this device may install: only {@link OfferCheck} makes one.
 *
 * @param statement the SHA-256 of the director's statement
 * @param deadline when the installation must have begun
 */
record Judged(
        InstallationOrder order,
        ReleaseDescription description,
        String statement,
        Instant deadline) {}
