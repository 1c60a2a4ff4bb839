/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that a member gave away, as they see it from then on: whether it has forgotten them.
 *
 * @param erasedAt when the device said that it was erased
 * @param blankAt when that was certain: when it said so, or when it was set up anew, which it is
 *     only without what it knew
 * @param provable whether the server knows by which key the device would sign that it is erased;
 *     where no maker had entered its label nobody can tell its receipt from a stranger's
 */
public record GivenAway(
        DeviceId device,
        DeviceSerial serial,
        Instant givenAwayAt,
        Optional<Instant> erasedAt,
        Optional<Instant> blankAt,
        boolean provable) {}
