/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Instant;

/**
 * The proof that a device was admitted. Only {@link DeviceRegistry} can make one, so that code
 * which asks for it cannot be reached without the check (invariants I1 and I2).
 */
public final class AuthenticatedDevice {

    private final Reading reading;

    AuthenticatedDevice(Reading reading) {
        this.reading = reading;
    }

    /** Who it is. */
    public DeviceId id() {
        return reading.record().device().id();
    }

    /** Whose it is. */
    public OrganizationId organization() {
        return reading.record().device().organization();
    }

    /** What kind of device it is. */
    public ProductId product() {
        return reading.record().device().product();
    }

    /** The maker's name for it. */
    public DeviceSerial serial() {
        return reading.record().device().serial();
    }

    /** What its product states about its use of the channel. */
    public QuotaProfile quota() {
        return reading.record().quota();
    }

    /** What its product asks of its devices, as far as was known when it was admitted. */
    public RiskProfile risk() {
        return reading.record().risk();
    }

    /** The certificate or token it proved itself with. */
    public DeviceProof credential() {
        return reading.record().credential();
    }

    /** When the certificate or token, and with it the right to stay connected, ends. */
    public Instant notAfter() {
        return reading.record().credential().notAfter();
    }

    /**
     * Whether the device connects with this certificate for the first time, as far as was known
     * when it was admitted.
     */
    boolean firstOfItsGeneration() {
        return reading.record().credential().generation()
                > reading.record().device().confirmedGeneration();
    }

    Reading reading() {
        return reading;
    }

    @Override
    public String toString() {
        return "device " + id() + " (" + serial() + ")";
    }
}
