/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Tests of the command line as its users meet it: words in, standard output, standard error and an
 * exit code out.
 *
 * <p>They guarantee that each way to fail ends in one sentence and its documented number. Read
 * {@link dev.breakwater.cli.CommandRun} first.
 */
@NullMarked
package dev.breakwater.cli;

import org.jspecify.annotations.NullMarked;
