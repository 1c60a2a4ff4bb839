/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Live events, without a listener at the other end of a line. */
@NullMarked
package dev.breakwater.server.event;

import org.jspecify.annotations.NullMarked;
