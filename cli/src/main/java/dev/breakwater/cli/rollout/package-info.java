/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The commands {@code rollout ...}: how a release is brought to a fleet, watched, and stopped.
 *
 * <p>It guarantees that nothing is begun that was not named: a rollout says for which devices it
 * is, and what is left out of its plan is the server's usual, which begins small. Whoever asks what
 * it would reach changes nothing. For each device the server says in a sentence why it has the
 * release, has it not, or will not get it; the sentence is shown as it is. It refuses waves and
 * percentages it cannot read. Read {@link dev.breakwater.cli.rollout.RolloutCommand} first, then
 * {@link dev.breakwater.cli.rollout.RolloutView}.
 */
@NullMarked
package dev.breakwater.cli.rollout;

import org.jspecify.annotations.NullMarked;
