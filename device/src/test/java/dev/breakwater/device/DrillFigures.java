/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.testkit.power.PowerCuts;

/** What a test has to say when it is run as a drill, {@code ./build drill powercut}. */
public final class DrillFigures {

    private DrillFigures() {}

    /** Says how often the power was cut; a device that did not start again has failed the test. */
    public static void say(String life, PowerCuts.Played played) {
        say(
                "%s: %d writes, %d power cuts (%d different), started again after 100 %% of them"
                        .formatted(life, played.writes(), played.cuts(), played.starts()));
    }

    /** Says something else. */
    public static void say(String figure) {
        if (Boolean.getBoolean("breakwater.drill")) {
            System.out.println(figure);
        }
    }
}
