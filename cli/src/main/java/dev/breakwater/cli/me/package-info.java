/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The command {@code me}: what people do with their own account.
 *
 * <p>It guarantees that passwords and secrets come from the keyboard or standard input, and that
 * what is shown once is printed as result, so that it can be kept. It refuses tokens: only somebody
 * who is logged in has an account. Read {@link dev.breakwater.cli.me.MeCommand} first.
 */
@NullMarked
package dev.breakwater.cli.me;

import org.jspecify.annotations.NullMarked;
