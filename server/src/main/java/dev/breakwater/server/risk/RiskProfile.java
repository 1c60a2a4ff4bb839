/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a breach of a product's devices would cost, in four steps; from least to most.
 *
 * <p>The lives of certificates: a revocation is in force at once in whatever life, because every
 * connect asks the registry. What the life bounds is how long a copied key serves whoever copied it
 * unnoticed, and how long the registry's answer matters to third parties that look at the
 * certificate alone. Seven days are two renewals' worth of trouble to notice over a weekend; thirty
 * are what the server does by default; ninety spare a device that sleeps for weeks from waking up
 * without a certificate.
 */
public enum RiskProfile {
    /** A breach costs little: inventory beacons, a thermometer in a hall. */
    LOW(new RiskTerms(Assurance.TOKEN, Duration.ofDays(90), true, false, UpdateApproval.AUTOMATIC)),
    /** A breach costs money or privacy: most products in people's homes. */
    STANDARD(
            new RiskTerms(
                    Assurance.SOFTWARE_KEY,
                    Duration.ofDays(30),
                    false,
                    false,
                    UpdateApproval.OWNER)),
    /** A breach hurts somebody, or opens the way to other systems. */
    CRITICAL(
            new RiskTerms(
                    Assurance.HARDWARE_KEY,
                    Duration.ofDays(7),
                    false,
                    true,
                    UpdateApproval.TWO_PERSON)),
    /** The same, and nobody is believed about where the devices' keys are: each proves it. */
    VITAL(
            new RiskTerms(
                    Assurance.ATTESTED,
                    Duration.ofDays(7),
                    false,
                    true,
                    UpdateApproval.TWO_PERSON));

    @SuppressWarnings("ImmutableEnumChecker") // a record of values
    private final RiskTerms terms;

    RiskProfile(RiskTerms terms) {
        this.terms = terms;
    }

    /** What it asks for. */
    public RiskTerms terms() {
        return terms;
    }

    /** The stricter of the two. */
    public RiskProfile orStricter(RiskProfile other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** The name in the API and in the audit log, e.g. {@code standard}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #code}.
     *
     * @throws IllegalArgumentException if there is no such profile
     */
    public static RiskProfile of(String code) {
        return Arrays.stream(values())
                .filter(profile -> profile.code().equals(code))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no risk profile is named " + code));
    }
}
