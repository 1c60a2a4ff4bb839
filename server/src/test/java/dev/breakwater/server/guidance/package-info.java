/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** What makers tell owners, as JSON. */
@NullMarked
package dev.breakwater.server.guidance;

import org.jspecify.annotations.NullMarked;
