/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.RiskProfile;

/**
 * What the registry needs to judge a certificate or token, read in one look-up.
 *
 * @param credential the certificate or token
 * @param device whose it is
 * @param organizationEnabled whether the device's organization is active
 * @param quota what the device's product states about its use of the channel
 * @param risk what the device's product asks of its devices
 */
public record CredentialRecord(
        DeviceProof credential,
        Device device,
        boolean organizationEnabled,
        QuotaProfile quota,
        RiskProfile risk) {}
