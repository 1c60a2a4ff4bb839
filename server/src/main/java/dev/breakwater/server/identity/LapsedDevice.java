/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.OrganizationId;

/**
 * The proof that a device would be admitted, had its certificate not ended a while ago. Only {@link
 * DeviceRegistry} can make one. It opens nothing: with it a device may ask an operator for the next
 * certificate.
 */
public final class LapsedDevice {

    private final Device device;
    private final Credential credential;

    LapsedDevice(Device device, Credential credential) {
        this.device = device;
        this.credential = credential;
    }

    /** Who it is. */
    public DeviceId id() {
        return device.id();
    }

    /** Whose it is. */
    public OrganizationId organization() {
        return device.organization();
    }

    /** What kind of device it is. */
    public ProductId product() {
        return device.product();
    }

    /** The maker's name for it. */
    public DeviceSerial serial() {
        return device.serial();
    }

    /** The certificate that has ended. */
    public Credential credential() {
        return credential;
    }

    @Override
    public String toString() {
        return "lapsed device " + id() + " (" + serial() + ")";
    }
}
