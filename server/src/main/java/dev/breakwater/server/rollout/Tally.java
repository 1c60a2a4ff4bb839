/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Collection;

/**
 * How the devices of a wave, or of all waves so far, stand.
 *
 * @param devices how many have their place there
 * @param waiting may be offered the release as soon as they are connected
 * @param inFlight are at it
 * @param declined their owners refused or postponed it, or were asked and have not said
 * @param out the release is not for them, or was withdrawn from them
 * @param confirmed run it and are well
 * @param failed an attempt failed and none has succeeded since, whatever they do now
 * @param silent of the failed ones, those that were not heard of
 */
public record Tally(
        int devices,
        int waiting,
        int inFlight,
        int declined,
        int out,
        int confirmed,
        int failed,
        int silent) {

    /** Of nobody. */
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    /** Counts them. */
    public static Tally of(Collection<DeviceUpdate> updates) {
        Tally all = NONE;
        for (DeviceUpdate update : updates) {
            all = all.plus(of(update));
        }
        return all;
    }

    /** Counts one. */
    public static Tally of(DeviceUpdate update) {
        boolean failed = update.countsAsFailed();
        boolean silent = failed && update.failure().orElseThrow() == Failure.SILENT;
        int waiting = 0;
        int declined = 0;
        int out = 0;
        int confirmed = 0;
        switch (update.state()) {
            case WAITING -> waiting = 1;
            case ASKING, POSTPONED, REFUSED -> declined = 1;
            case INELIGIBLE, WITHDRAWN -> out = 1;
            case CONFIRMED -> confirmed = 1;
            case OFFERED, INSTALLING, TRYING, FAILED -> {
                // At it, or failed: counted by these.
            }
        }
        int inFlight = update.state().inFlight() ? 1 : 0;
        return new Tally(
                1, waiting, inFlight, declined, out, confirmed, failed ? 1 : 0, silent ? 1 : 0);
    }

    /** Both together. */
    public Tally plus(Tally other) {
        return new Tally(
                devices + other.devices,
                waiting + other.waiting,
                inFlight + other.inFlight,
                declined + other.declined,
                out + other.out,
                confirmed + other.confirmed,
                failed + other.failed,
                silent + other.silent);
    }

    /** What is left when the others are taken away. */
    public Tally minus(Tally other) {
        return new Tally(
                devices - other.devices,
                waiting - other.waiting,
                inFlight - other.inFlight,
                declined - other.declined,
                out - other.out,
                confirmed - other.confirmed,
                failed - other.failed,
                silent - other.silent);
    }
}
