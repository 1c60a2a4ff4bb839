/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.time.Instant;

/** What a rollout does next. */
public sealed interface Decision {

    /** Tells so many more devices of the wave, if that many are connected. */
    record Offer(int devices) implements Decision {}

    /** Enough of the wave run the release: it soaks from now on. */
    record Soak(Instant until) implements Decision {}

    /** Begins the next wave. */
    record NextWave(int wave) implements Decision {}

    /** Stops offering until somebody resumes or aborts it. */
    record Pause(String why) implements Decision {}

    /** All waves have passed. Who was off is still offered it until somebody ends the rollout. */
    record Complete() implements Decision {}

    /** Nothing until something happens. */
    record Wait() implements Decision {}
}
