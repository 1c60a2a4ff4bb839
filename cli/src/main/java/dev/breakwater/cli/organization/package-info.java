/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The command {@code organization}: the one that the caller belongs to.
 *
 * <p>It guarantees that only what was named is changed, and only if nobody else has changed it
 * meanwhile. Read {@link dev.breakwater.cli.organization.OrganizationCommand} first.
 */
@NullMarked
package dev.breakwater.cli.organization;

import org.jspecify.annotations.NullMarked;
