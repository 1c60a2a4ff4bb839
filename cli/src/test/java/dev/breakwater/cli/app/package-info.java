/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** What the commands of the owner's app are made of. */
@NullMarked
package dev.breakwater.cli.app;

import org.jspecify.annotations.NullMarked;
