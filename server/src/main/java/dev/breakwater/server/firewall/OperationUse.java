/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * A caller has used an operation of the API.
 *
 * @param caller as the audit log names them, e.g. {@code token:0199...}
 * @param operation the id in the API's document
 */
public record OperationUse(
        OrganizationId organization, String caller, String operation, String source, Instant at) {}
