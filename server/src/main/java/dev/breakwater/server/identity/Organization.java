/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * One customer of this server.
 *
 * @param name 1 to 100 characters, for people
 * @param enabled while it is not, none of its devices is admitted
 */
public record Organization(OrganizationId id, String name, boolean enabled, Instant createdAt) {}
