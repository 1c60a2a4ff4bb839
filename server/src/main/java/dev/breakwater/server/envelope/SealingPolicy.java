/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.server.risk.RiskProfile;

/**
 * What a product asks of the telemetry and events of its devices.
 *
 * @param recipient to whose key they seal
 */
public record SealingPolicy(Sealing sealing, KeyHolder recipient) {

    /** Where nothing is said: envelopes are carried to the organization for whoever wants them. */
    public static final SealingPolicy UNSTATED =
            new SealingPolicy(Sealing.ALLOWED, KeyHolder.ORGANIZATION);

    /** The policy in force for a product of this profile: a profile only ever makes it stricter. */
    public SealingPolicy raisedBy(RiskProfile profile) {
        return profile.terms().sealingRequired()
                ? new SealingPolicy(Sealing.REQUIRED, recipient)
                : this;
    }
}
