/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.breakwater.cli.ban;

import org.jspecify.annotations.NullMarked;
