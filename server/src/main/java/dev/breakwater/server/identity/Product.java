/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * A kind of device.
 *
 * @param name 1 to 100 characters, unique within the organization
 */
public record Product(ProductId id, OrganizationId organization, String name, Instant createdAt) {}
