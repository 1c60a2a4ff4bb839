/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code command} commands: what devices are to do.
 *
 * <p>They guarantee that the exit code says whether the device did it, when it was waited for. What
 * may be done is the server's decision: this is a layer over its API and refuses only what cannot
 * be put into a request. Read {@link dev.breakwater.cli.command.CommandCommand} first.
 */
@NullMarked
package dev.breakwater.cli.command;

import org.jspecify.annotations.NullMarked;
