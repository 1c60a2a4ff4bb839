/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.MemberId;
import java.time.Instant;

/** A member and a device that is theirs. */
public record DeviceOwner(DeviceId device, MemberId member, Instant since) {}
