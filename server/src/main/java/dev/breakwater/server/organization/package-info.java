/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Whose a thing is. Every stored thing belongs to exactly one organization (invariant I9), so every
 * store method takes an {@link dev.breakwater.server.organization.OrganizationId} as its first
 * parameter; the few that cannot, because they look up whose something is, carry {@link
 * dev.breakwater.server.organization.Unscoped} with the reason.
 *
 * <p>Read {@link dev.breakwater.server.organization.OrganizationId} first.
 */
@NullMarked
package dev.breakwater.server.organization;

import org.jspecify.annotations.NullMarked;
