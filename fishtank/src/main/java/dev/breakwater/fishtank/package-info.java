/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** To be described. */
@NullMarked
package dev.breakwater.fishtank;

import org.jspecify.annotations.NullMarked;
