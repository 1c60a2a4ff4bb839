/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.protocol.update.release.ReleaseVersion;
import java.time.Instant;
import java.util.UUID;

/**
 * An update that was verified and waits for the owner's word. All of it is signed by the release
 * keys, but for the rollout and the deadline.
 *
 * @param rollout whose offer it is
 * @param version its version
 * @param notes what the owner reads before approving
 * @param securityRelevant whether it mends a hole
 * @param lengthBytes how much is to be fetched
 * @param deadline when the installation must have begun
 */
public record OfferedUpdate(
        UUID rollout,
        ReleaseVersion version,
        String notes,
        boolean securityRelevant,
        long lengthBytes,
        Instant deadline) {}
