/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Keys and repositories at the command line, without a server. */
@NullMarked
package dev.breakwater.cli.release;

import org.jspecify.annotations.NullMarked;
