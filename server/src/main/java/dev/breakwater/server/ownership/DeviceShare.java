/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.MemberId;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that its owner shares, or offers to share.
 *
 * @param owner who has offered it
 * @param codeExpiresAt until when an offer can be accepted
 * @param taken by whom it was accepted; empty while it is an offer
 * @param endsAt when it is over by itself; empty if only a person ends it
 */
public record DeviceShare(
        ShareId id,
        DeviceId device,
        DeviceSerial serial,
        Person owner,
        ShareRight right,
        Instant offeredAt,
        Instant codeExpiresAt,
        Optional<Taken> taken,
        Optional<Instant> endsAt) {

    /** A member as the other side of a share sees them. */
    public record Person(MemberId id, String name, String email) {}

    /** That somebody has accepted it. */
    public record Taken(Person by, Instant at) {}
}
