/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * A device was seen in a network.
 *
 * @param place the network, as {@link SourceNetwork#placeOf} names it
 * @param source the address itself
 */
public record Sighting(
        OrganizationId organization, DeviceId device, String place, String source, Instant at) {}
