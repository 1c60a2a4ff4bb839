/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.breakwater.server.vetting;

import org.jspecify.annotations.NullMarked;
