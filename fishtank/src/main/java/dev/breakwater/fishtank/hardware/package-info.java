/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The parts of a fish tank: what the firmware needs of them, the way Linux offers them, and a
 * simulated tank beside it.
 *
 * <p>Guarantees: a part that cannot be read or driven fails with an {@link java.io.IOException}
 * that names it, and never yields a made-up reading; the simulated tank obeys the same interfaces
 * and the same physics at any speed of its clock, and the same seed gives the same readings. Read
 * {@link dev.breakwater.fishtank.hardware.TankHardware} first.
 */
@NullMarked
package dev.breakwater.fishtank.hardware;

import org.jspecify.annotations.NullMarked;
