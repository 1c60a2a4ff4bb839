/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.ProductRules.NetworkRule;
import java.util.Optional;

/**
 * Where an organization's own callers may come from.
 *
 * @param staff members, when they log in and with every request of their sessions
 * @param tokens whoever shows an API token
 */
public record OrganizationRules(Optional<NetworkRule> staff, Optional<NetworkRule> tokens) {

    /** Allows everything. */
    public static final OrganizationRules NONE =
            new OrganizationRules(Optional.empty(), Optional.empty());
}
