/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.risk.UpdateApproval;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * How the devices of a product take updates.
 *
 * @param consent who is asked
 * @param postponableDays for how long an owner may put an update off, from the day on which the
 *     device first asked; 0 to {@value #DAYS_MAX}
 * @param securityDays the same for a release that mends a hole; no more than the former
 * @param window when devices may be offered an update, by their own clocks; empty for any time
 * @param zone of devices that do not report one as {@code timeZone}
 */
public record UpdatePolicy(
        UpdateConsent consent,
        int postponableDays,
        int securityDays,
        Optional<UpdateWindow> window,
        ZoneId zone) {

    /** Whatever a product wants, a known hole is not left open for longer than a quarter. */
    public static final int DAYS_MAX = 90;

    private static final int USUAL_DAYS = 14;
    private static final int USUAL_SECURITY_DAYS = 3;

    /**
     * Checks the days.
     *
     * @throws IllegalArgumentException if they are out of range, or security may wait for longer
     *     than the rest
     */
    public UpdatePolicy {
        if (postponableDays < 0 || postponableDays > DAYS_MAX) {
            throw new IllegalArgumentException(
                    "an update may be put off for 0 to %d days".formatted(DAYS_MAX));
        }
        if (securityDays < 0 || securityDays > postponableDays) {
            throw new IllegalArgumentException(
                    "a security release may not be put off for longer than another");
        }
    }

    /** That of a product which states none: the least that its risk profile lets it ask. */
    public static UpdatePolicy of(UpdateApproval approval) {
        return new UpdatePolicy(
                least(approval), USUAL_DAYS, USUAL_SECURITY_DAYS, Optional.empty(), ZoneOffset.UTC);
    }

    private static UpdateConsent least(UpdateApproval approval) {
        return switch (approval) {
            case AUTOMATIC -> UpdateConsent.AUTOMATIC;
            case OWNER -> UpdateConsent.OWNER;
            case TWO_PERSON -> UpdateConsent.OPERATOR;
        };
    }

    /**
     * Whether a product of this profile may have this policy. Where owners have to agree nothing
     * replaces them; where two people of the maker have to, a token is not one of them.
     */
    public boolean isPermittedBy(UpdateApproval approval) {
        return switch (approval) {
            case AUTOMATIC -> true;
            case OWNER -> consent == UpdateConsent.OWNER;
            case TWO_PERSON -> consent != UpdateConsent.AUTOMATIC;
        };
    }

    /** The policy in force: a profile that has become stricter since counts at once. */
    public UpdatePolicy within(UpdateApproval approval) {
        return isPermittedBy(approval)
                ? this
                : new UpdatePolicy(least(approval), postponableDays, securityDays, window, zone);
    }

    /** Until when whoever was first asked then may put it off. */
    public Instant postponableUntil(Instant askedAt, boolean securityRelevant) {
        return askedAt.plus(Duration.ofDays(securityRelevant ? securityDays : postponableDays));
    }
}
