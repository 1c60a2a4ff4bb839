/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

/** How a boot on trial ended. */
public sealed interface TrialEnd {

    /** This version is the confirmed one. */
    record Confirmed() implements TrialEnd {}

    /** It did not prove itself: restart the device now, and it gets its next boot or none. */
    record GivenUp(String why) implements TrialEnd {}
}
