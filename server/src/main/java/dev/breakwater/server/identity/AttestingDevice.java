/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.security.PublicKey;

/**
 * The proof that a device would be admitted, did its product not ask for an attested key, or is
 * admitted as it is. Only {@link DeviceRegistry} can make one. It opens nothing but the way to that
 * attestation.
 */
public final class AttestingDevice {

    private final Device device;
    private final Credential credential;
    private final PublicKey key;

    AttestingDevice(Device device, Credential credential, PublicKey key) {
        this.device = device;
        this.credential = credential;
        this.key = key;
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

    /** The certificate that this very TLS connection was authenticated with. */
    public Credential credential() {
        return credential;
    }

    /** Its key, which TLS has proved the peer to have. */
    public PublicKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "attesting device " + id() + " (" + device.serial() + ")";
    }
}
