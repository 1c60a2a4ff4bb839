/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator may choose about certificates.
 *
 * @param deviceValidity how long a device's certificate lives, 1 hour to 397 days
 * @param serverValidity how long a listener's certificate lives, 1 hour to 397 days
 * @param revocationListValidity how long a CRL may be used, 1 hour to 30 days
 * @param ocspValidity how long an OCSP answer may be used, 1 minute to 7 days
 * @param revocationListUrl where third parties find the CRL; stands in certificates only when given
 * @param ocspUrl where third parties find the OCSP responder; stands in certificates only when
 *     given
 */
public record IssuancePolicy(
        Duration deviceValidity,
        Duration serverValidity,
        Duration revocationListValidity,
        Duration ocspValidity,
        Optional<URI> revocationListUrl,
        Optional<URI> ocspUrl) {

    /** The lint allows 398 days with the backdated hour; we stop a day before. */
    private static final Duration LEAF_MAX = Duration.ofDays(397);

    /** Refuses durations outside the limits above. */
    public IssuancePolicy {
        require("device validity", deviceValidity, Duration.ofHours(1), LEAF_MAX);
        require("server validity", serverValidity, Duration.ofHours(1), LEAF_MAX);
        require(
                "revocation list validity",
                revocationListValidity,
                Duration.ofHours(1),
                Duration.ofDays(30));
        require("OCSP validity", ocspValidity, Duration.ofMinutes(1), Duration.ofDays(7));
    }

    /** 30 days for devices, 90 for listeners, a day for the CRL, an hour for OCSP, no URLs. */
    public static IssuancePolicy standard() {
        return new IssuancePolicy(
                Duration.ofDays(30),
                Duration.ofDays(90),
                Duration.ofDays(1),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with another life of devices' certificates. */
    public IssuancePolicy withDeviceValidity(Duration validity) {
        return new IssuancePolicy(
                validity,
                serverValidity,
                revocationListValidity,
                ocspValidity,
                revocationListUrl,
                ocspUrl);
    }

    private static void require(String noun, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    noun + " must be " + min + " to " + max + ", not " + value);
        }
    }
}
