/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Attacks a real server as it is distributed, on loopback and bounded in time and count, and holds
 * what was measured against what is required. {@link dev.breakwater.bench.attack.Assault} is {@code
 * ./build attack}.
 *
 * <p>Each {@link dev.breakwater.bench.attack.Attack} gets a server of its own ({@link
 * dev.breakwater.bench.attack.Arena}) with two organizations, people, tokens and connected devices
 * ({@link dev.breakwater.bench.attack.World}). Whoever attacks has other source addresses than
 * whoever measures what is left for everybody else ({@link dev.breakwater.bench.attack.Watch}): a
 * server may well shut out an attacker, and nobody beside it.
 *
 * <p>What could not be measured, for want of a program or because an attack failed to run, counts
 * as missed. Attackers run at a lower priority than the server, for they share a machine that they
 * would not share elsewhere. Read {@link dev.breakwater.bench.attack.AttackName} first.
 */
@NullMarked
package dev.breakwater.bench.attack;

import org.jspecify.annotations.NullMarked;
