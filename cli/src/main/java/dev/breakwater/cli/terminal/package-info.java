/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What the operator sees: results on standard output, the story and the next useful command on
 * standard error, so that a script can read the first without the second.
 *
 * <p>What takes long is shown in place on a screen and line by line where lines stay: {@link
 * dev.breakwater.cli.terminal.TransferProgress} for an upload, {@link
 * dev.breakwater.cli.terminal.LiveTable} for what is watched.
 *
 * <p>It guarantees that no text that came from elsewhere drives the operator's terminal: a device
 * names itself, and a name may hold escape sequences that clear the screen or retitle the window.
 * It refuses nothing: what cannot be shown as it is, is shown escaped. Read {@link
 * dev.breakwater.cli.terminal.Terminal} first, then {@link dev.breakwater.cli.terminal.SafeText}.
 */
@NullMarked
package dev.breakwater.cli.terminal;

import org.jspecify.annotations.NullMarked;
