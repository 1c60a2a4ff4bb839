/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Tests of the package of the same name. */
@NullMarked
package dev.breakwater.bench.attack.fuzz;

import org.jspecify.annotations.NullMarked;
