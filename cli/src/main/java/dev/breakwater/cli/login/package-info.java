/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands {@code login}, {@code logout} and {@code session}: a person instead of a token.
 *
 * <p>They guarantee that a password is asked for and never an argument, that it is sent to nobody
 * but a server whose certificate leads to the pinned root, and that what a session goes on with
 * lies in the profile, readable by its owner only. They refuse to put the session of one server
 * into the profile of another. Read {@link dev.breakwater.cli.login.LoginCommand} first.
 */
@NullMarked
package dev.breakwater.cli.login;

import org.jspecify.annotations.NullMarked;
