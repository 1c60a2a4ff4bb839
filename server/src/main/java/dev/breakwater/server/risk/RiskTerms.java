/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk;

import java.time.Duration;

/**
 * What a profile asks of a product's devices.
 *
 * @param lowestAssurance below which no device is connected
 * @param certificateLife how long a device's certificate may live at most
 * @param tokensPermitted whether a device may prove itself with a token instead of a certificate
 * @param sealingRequired whether telemetry and events have to be sealed beneath TLS
 * @param updateApproval who has to agree to an update: no product's policy is laxer, and where two
 *     people have to, a rollout waits for the second
 */
public record RiskTerms(
        Assurance lowestAssurance,
        Duration certificateLife,
        boolean tokensPermitted,
        boolean sealingRequired,
        UpdateApproval updateApproval) {

    /**
     * Below which no device is enrolled. The maker states no more than that a key is in hardware;
     * that it is attested each device proves after it has enrolled, with the certificate it got.
     */
    public Assurance lowestStated() {
        return lowestAssurance == Assurance.ATTESTED ? Assurance.HARDWARE_KEY : lowestAssurance;
    }

    /** The life in force on a server whose policy is this: a profile only ever shortens it. */
    public Duration certificateLifeWithin(Duration policy) {
        return certificateLife.compareTo(policy) < 0 ? certificateLife : policy;
    }
}
