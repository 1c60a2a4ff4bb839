/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.Role;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/** An open invitation: whoever has its code may become a member, once. */
public record Invitation(
        InvitationId id,
        OrganizationId organization,
        Email email,
        Role role,
        Instant createdAt,
        Instant expiresAt) {}
