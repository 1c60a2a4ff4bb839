/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.twin.TwinStore;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;

/** By which clock a device lives: what it reports as {@code timeZone}, or else its product's. */
final class DeviceZones {

    private static final String MEMBER = "timeZone";

    private final TwinStore twins;

    DeviceZones(TwinStore twins) {
        this.twins = twins;
    }

    /** The zone of a device. Blocks. */
    ZoneId of(OrganizationId organization, DeviceId device, UpdatePolicy policy) {
        return twins.find(organization, device)
                .map(twin -> twin.reported().state().path(MEMBER).asString(""))
                .flatMap(DeviceZones::zone)
                .orElse(policy.zone());
    }

    /** What a device reports may be anything. */
    private static Optional<ZoneId> zone(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(text));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
