/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.organization.MemberId;
import java.time.Instant;

/** A member's account at an identity provider, by which the member may log in. */
public record LinkedIdentity(
        LinkId id, MemberId member, OutsideIdentity identity, Instant linkedAt) {}
