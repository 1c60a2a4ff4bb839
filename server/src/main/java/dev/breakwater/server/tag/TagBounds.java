/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import dev.breakwater.protocol.DeviceSerial;

/**
 * How many tags there may be.
 *
 * @param perDevice on one device
 * @param perOrganization different ones in one organization
 */
public record TagBounds(int perDevice, int perOrganization) {

    /** The device would have more. */
    public TagChange tooManyOn(DeviceSerial serial) {
        return new TagChange.OutsideLimits(
                "a device has at most %d tags; %s would have more".formatted(perDevice, serial));
    }

    /** The organization would have more. */
    public TagChange tooMany() {
        return new TagChange.OutsideLimits(
                "an organization has at most %d different tags".formatted(perOrganization));
    }
}
