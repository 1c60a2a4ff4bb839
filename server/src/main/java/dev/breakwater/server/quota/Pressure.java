/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import java.time.Duration;

/** What has to become of a device for what it has sent. */
public sealed interface Pressure {

    /** Nothing: it is within its quotas. */
    record None() implements Pressure {}

    /**
     * Read no more from it for so long.
     *
     * @param begins whether it was calm until now
     */
    record Slow(Quota quota, Duration pause, boolean begins) implements Pressure {}

    /**
     * Slow it, and tell it: it has been slowed for a while without letting up.
     *
     * @param since for how long
     */
    record Tell(Quota quota, Duration pause, Duration since) implements Pressure {}

    /**
     * End its session: being told has not helped.
     *
     * @param since for how long it has been slowed
     * @param waiting how long it is not let in again
     */
    record Cut(Quota quota, Duration since, Duration waiting) implements Pressure {}
}
