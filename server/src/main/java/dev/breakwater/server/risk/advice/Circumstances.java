/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk.advice;

import java.util.Set;

/**
 * What a team says about its product.
 *
 * @param consequences of a breach; none if nothing but an inventory, or nothing at all, would
 *     suffer
 * @param attackersReachDevice whether an attacker can take the very device in hand that others rely
 *     on: one that hangs in the street, not one behind its owner's door
 * @param fleetSize how many devices there are to be
 * @param battery whether they live on a battery
 * @param connectsPerDay how often each connects
 * @param partsBudgetCents what may be spent on parts for security in each, in US cents
 */
public record Circumstances(
        Set<Consequence> consequences,
        boolean attackersReachDevice,
        long fleetSize,
        boolean battery,
        int connectsPerDay,
        int partsBudgetCents) {

    /** How often a device connects of which nothing else is said: once an hour. */
    public static final int CONNECTS_PER_DAY = 24;

    /** The largest fleet that advice is given for. */
    public static final long FLEET_SIZE_MAX = 1_000_000_000;

    /** The most connects of one device in a day: one a second. */
    public static final int CONNECTS_PER_DAY_MAX = 86_400;

    /** The largest budget for parts in one device. */
    public static final int PARTS_BUDGET_CENTS_MAX = 1_000_000;

    /** Copies the consequences; refuses numbers outside their bounds. */
    public Circumstances {
        consequences = Set.copyOf(consequences);
        require("the fleet's size", fleetSize, 1, FLEET_SIZE_MAX);
        require("connects per day", connectsPerDay, 1, CONNECTS_PER_DAY_MAX);
        require("the budget for parts in cents", partsBudgetCents, 0, PARTS_BUDGET_CENTS_MAX);
    }

    private static void require(String noun, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s is %d, outside %d to %d".formatted(noun, value, min, max));
        }
    }
}
