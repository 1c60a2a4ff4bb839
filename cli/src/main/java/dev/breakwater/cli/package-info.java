/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code breakwater} command. {@link dev.breakwater.cli.Breakwater} is where it begins and
 * where every failure becomes one sentence; each group of commands has a package.
 *
 * <p>It guarantees stable exit codes ({@link dev.breakwater.cli.outcome.ExitCode}), results on
 * standard output and everything else on standard error, and that each failure is one sentence
 * without a stack trace. It refuses options it does not know.
 */
@NullMarked
package dev.breakwater.cli;

import org.jspecify.annotations.NullMarked;
