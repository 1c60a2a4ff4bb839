/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.time.Instant;
import java.util.Optional;

/** Devices that have proved who they are, for tests of what comes after the proof. */
public final class ProvenDevices {

    private ProvenDevices() {}

    /** The proof for a device of this organization. */
    public static AuthenticatedDevice of(OrganizationId organization, DeviceId id) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        Device device =
                new Device(
                        id,
                        organization,
                        ProductId.fresh(),
                        new DeviceSerial("tank-1"),
                        DeviceStatus.ACTIVE,
                        "",
                        1,
                        from,
                        Optional.empty(),
                        1);
        Credential credential =
                new Credential(
                        new CredentialFingerprint("0".repeat(64)),
                        organization,
                        id,
                        new SerialNumber("1"),
                        "0".repeat(64),
                        1,
                        from,
                        Instant.parse("2027-01-01T00:00:00Z"),
                        CredentialStatus.ACTIVE,
                        Assurance.SOFTWARE_KEY,
                        Optional.empty());
        CredentialRecord record =
                new CredentialRecord(
                        credential, device, true, QuotaProfile.UNSTATED, RiskProfile.STANDARD);
        return new AuthenticatedDevice(new Reading(record, 0, 0));
    }
}
