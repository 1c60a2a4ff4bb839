/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Scanning from the command line. */
@NullMarked
package dev.breakwater.cli.scan;

import org.jspecify.annotations.NullMarked;
