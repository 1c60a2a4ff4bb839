/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the agent takes from its surroundings, so that a test can turn the clock.
 *
 * @param clock decides when certificates are due and commands have expired
 * @param pause lets time pass
 * @param random spreads the attempts of a fleet; needs no cryptographic strength; used by several
 *     threads at once
 */
public record AgentEnvironment(Clock clock, Pause pause, RandomGenerator random) {

    /** The system's clock, its timer and its random numbers. */
    public static AgentEnvironment ofSystem() {
        return new AgentEnvironment(Clock.systemUTC(), Thread::sleep, new SecureRandom());
    }
}
