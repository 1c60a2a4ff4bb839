/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The reference product: the firmware of a smart fish tank, on the agent of {@code
 * dev.breakwater.device}.
 *
 * <p>Guarantees: it makes its own key, erases its enrollment code after use, stores nothing but its
 * identity, and never feeds more than its limits allow, whoever commands it. Refuses commands and
 * desired settings outside the limits of {@link dev.breakwater.fishtank.FishTank}. After an
 * unreadable thermometer the heater is off.
 *
 * <p>Read {@link dev.breakwater.fishtank.FishTankFirmware} first: it is the shortest way to see how
 * a product uses the agent.
 */
@NullMarked
package dev.breakwater.fishtank;

import org.jspecify.annotations.NullMarked;
