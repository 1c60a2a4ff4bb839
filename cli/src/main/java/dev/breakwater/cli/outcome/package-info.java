/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a command ends, in the words that every command shares.
 *
 * <p>It guarantees that an exit code means the same in every command, for ever. A command that
 * cannot do what it was asked throws {@link dev.breakwater.cli.outcome.CommandFailed} with one
 * sentence; only {@code Breakwater} turns it into text and a number. Read {@link
 * dev.breakwater.cli.outcome.ExitCode} first.
 */
@NullMarked
package dev.breakwater.cli.outcome;

import org.jspecify.annotations.NullMarked;
