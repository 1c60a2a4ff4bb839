/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * The kill switch of an organization, thrown.
 *
 * @param by as the audit log names them
 */
public record UpdateStop(OrganizationId organization, String reason, String by, Instant at) {}
