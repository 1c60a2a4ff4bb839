/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Makes requests that the API's contract does not allow, from the contract itself: an operation
 * that is added to the document is attacked without another word. Each request says what it may be
 * answered with; nothing here sends.
 *
 * <p>Read {@link dev.breakwater.bench.attack.fuzz.Contract} first, then {@link
 * dev.breakwater.bench.attack.fuzz.Mutations}.
 */
@NullMarked
package dev.breakwater.bench.attack.fuzz;

import org.jspecify.annotations.NullMarked;
