/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Tests of the container image. */
@NullMarked
package dev.breakwater.image;

import org.jspecify.annotations.NullMarked;
