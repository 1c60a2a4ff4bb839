/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * An update repository that a test writes, tampers with and looks at, served from memory.
 *
 * <p>Guarantees: everything it publishes is signed by keys of its own, with the versions, expiries
 * and hashes of a real repository, until a test changes one of them; the same program can so be
 * tried against a good repository and against every bad one. Read {@link
 * dev.breakwater.testkit.update.SimulatedRepository} first.
 */
@NullMarked
package dev.breakwater.testkit.update;

import org.jspecify.annotations.NullMarked;
