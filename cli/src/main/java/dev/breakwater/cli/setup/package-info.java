/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code setup} commands: becoming the administrator of a new server.
 *
 * <p>They guarantee that the one-time code is used up only when there is a place for the token it
 * gives, and that the token goes into that place and nowhere else. What may be done is the server's
 * decision: this is a layer over its API and refuses only what cannot be put into a request. Read
 * {@link dev.breakwater.cli.setup.SetupCommand} first.
 */
@NullMarked
package dev.breakwater.cli.setup;

import org.jspecify.annotations.NullMarked;
