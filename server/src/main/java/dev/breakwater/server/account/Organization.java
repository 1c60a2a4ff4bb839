/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * One customer of this server.
 *
 * @param name 1 to 100 characters
 * @param enabled whether its people and devices are let in
 */
public record Organization(OrganizationId id, String name, boolean enabled, Instant createdAt) {}
