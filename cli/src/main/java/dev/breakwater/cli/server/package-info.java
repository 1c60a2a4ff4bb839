/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code server} command: reads the configuration, starts the server and stays until it is told
 * to end.
 *
 * <p>It guarantees that a mistake in the configuration is reported with all others at once, each
 * with the line's key and, for a mistyped one, the nearest that exists, and that nothing is started
 * or written then. Read {@link dev.breakwater.cli.server.ConfigurationFile} first.
 */
@NullMarked
package dev.breakwater.cli.server;

import org.jspecify.annotations.NullMarked;
