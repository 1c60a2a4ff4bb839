/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** To be described. */
@NullMarked
package dev.breakwater.bench;

import org.jspecify.annotations.NullMarked;
