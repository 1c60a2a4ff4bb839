/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.identity.Device;
import dev.breakwater.server.tag.DeviceTag;
import java.util.Optional;
import java.util.Set;

/**
 * A device of a product, as it stands before a rollout.
 *
 * @param running what it last said it runs; empty if it never said
 * @param tags what operators call it by
 * @param busyWith the rollout in which it has a live place
 */
public record Candidate(
        Device device,
        Optional<RunningFirmware> running,
        Set<DeviceTag> tags,
        Optional<RolloutId> busyWith) {}
