/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

/** What became of what somebody did with a rollout. */
public sealed interface RolloutChange {

    /** It was done, and is durable. */
    record Changed(RolloutEntry rollout) implements RolloutChange {}

    /** It cannot be done where the rollout stands. */
    record NotPossible(RolloutEntry rollout) implements RolloutChange {}

    /** The organization has no such rollout. */
    record NoSuchRollout() implements RolloutChange {}
}
