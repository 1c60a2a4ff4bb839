/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Rollouts: how a release reaches a fleet, a wave at a time, and how it is stopped.
 *
 * <p>It guarantees that a wave is only begun when enough devices of the one before run the release
 * and were well for its soak time; that a rollout pauses by itself when more devices fail than its
 * gate lets pass; that few devices are at it at a time, so that a bad release meets few before the
 * first of them is missed; that all waves install the same bytes; and that who is in which wave
 * depends on the rollout's seed alone, with as many devices of each hardware revision in the first
 * waves as there can be.
 *
 * <p>It refuses success without an installation, progress that goes backwards, more attempts than
 * the plan lets a device make, and approval by whoever asked for it. Silence is failure; what an
 * owner refuses or postpones is none.
 *
 * <p>Everything here is a function of values. Read {@link
 * dev.breakwater.server.rollout.DeviceUpdate} first, which is the state machine of one device, then
 * {@link dev.breakwater.server.rollout.RolloutPlan#next}, which decides for the fleet.
 */
@NullMarked
package dev.breakwater.server.rollout;

import org.jspecify.annotations.NullMarked;
