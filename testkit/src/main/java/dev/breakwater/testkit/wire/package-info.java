/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * A network that misbehaves as told: a proxy between a client and a server on this machine.
 *
 * <p>Guarantees that a fault happens at the byte it was asked for, in the connection it was asked
 * for, and that no byte changes unless that was asked for. Listens on 127.0.0.1 only and connects
 * to nowhere else. Refuses nothing that comes in: it is for tests.
 *
 * <p>Read {@link dev.breakwater.testkit.wire.FaultProxy} first.
 */
@NullMarked
package dev.breakwater.testkit.wire;

import org.jspecify.annotations.NullMarked;
