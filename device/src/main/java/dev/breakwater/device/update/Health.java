/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

/** What a {@link HealthProbe} found. */
public sealed interface Health {

    /** The version does what it is for. */
    record Healthy() implements Health {}

    /** Not yet; asked again until the time is up. */
    record NotYet(String why) implements Health {}

    /** It never will: it is given up at once, without its other boots. */
    record Failed(String why) implements Health {}
}
