/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * A key that devices of an organization may seal to, without its private half.
 *
 * @param key the public half, and when it may be sealed to
 * @param opensUntil when the server destroys the private half, which it has; empty for the current
 *     key, and for what the organization holds
 */
public record EnvelopeKey(
        EnvelopeKeyId id,
        OrganizationId organization,
        KeyHolder holder,
        RecipientKey key,
        Instant createdAt,
        Optional<Instant> opensUntil) {

    /** Whether it still counts: afterwards nothing is taken that is sealed to it. */
    boolean livesAt(Instant instant) {
        return opensUntil.isEmpty() || instant.isBefore(opensUntil.get());
    }

    /** Whether another key of the server has taken its place. */
    public boolean isReplaced() {
        return opensUntil.isPresent();
    }
}
