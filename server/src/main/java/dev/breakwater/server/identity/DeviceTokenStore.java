/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where devices' tokens are kept. What changes something is durable when it returns. */
public interface DeviceTokenStore {

    /**
     * Stores a device together with its first token.
     *
     * @return false if the organization has a device of this serial that is not revoked
     */
    boolean register(Device device, DeviceToken first, List<AuditEvent> events);

    /**
     * Stores a further token of an active device, in the next generation. Tokens that were made
     * before and have never connected are revoked with it: of those nobody uses, one is enough.
     * Empty if the organization has no such device, or it is not active.
     */
    Optional<DeviceToken> add(
            OrganizationId organization,
            DeviceId device,
            CredentialFingerprint fingerprint,
            Instant notBefore,
            Instant notAfter,
            AuditEvent event);

    /**
     * A part of all tokens a device ever had, newest generation first.
     *
     * @param below only those of a lower generation; empty for the newest
     */
    List<DeviceToken> tokensOf(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax);
}
