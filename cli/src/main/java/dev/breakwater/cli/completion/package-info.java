/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Completion for the operator's shell.
 *
 * <p>It guarantees that what is completed is what the command line knows: the script is made from
 * the same model that reads the words. It refuses shells it has no script for. There is one file:
 * {@link dev.breakwater.cli.completion.CompletionCommand}.
 */
@NullMarked
package dev.breakwater.cli.completion;

import org.jspecify.annotations.NullMarked;
