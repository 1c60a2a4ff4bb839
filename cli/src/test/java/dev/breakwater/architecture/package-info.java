/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What holds for the whole of Breakwater rather than for one module: the direction of dependencies,
 * the places where SQL, keys and blocking calls may stand, the shape of store methods, and that the
 * documents name only what exists.
 *
 * <p>Read {@link dev.breakwater.architecture.DependenciesTest} first.
 */
@NullMarked
package dev.breakwater.architecture;

import org.jspecify.annotations.NullMarked;
