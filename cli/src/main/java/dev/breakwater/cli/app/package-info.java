/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The commands {@code app ...}: what the phone app of a device's owner does, at a terminal.
 *
 * <p>It guarantees that owners need no more than the module {@code companion}, on which these
 * commands stand alone: nothing of the operator's client is used, and the session lies in a file of
 * its own, readable by its owner only. Passwords, passphrases and codes come from the keyboard or
 * standard input and are never arguments. Read {@link dev.breakwater.cli.app.AppCommand} first,
 * then {@link dev.breakwater.cli.app.SetUpCommand}.
 */
@NullMarked
package dev.breakwater.cli.app;

import org.jspecify.annotations.NullMarked;
