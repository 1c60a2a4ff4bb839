/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The backbone: identity, channel, state, commands and API of a connected product in one process.
 *
 * <p>{@link dev.breakwater.server.ServerAssembly} builds everything with {@code new}, top to
 * bottom, and reads as the table of contents: read it first. Only it reads a {@link
 * dev.breakwater.server.ServerConfiguration}. It guarantees that a server that could not start has
 * changed nothing and says why in one sentence ({@link dev.breakwater.server.StartRefused}); it
 * refuses a data directory that belongs to something else or to a running server.
 */
@NullMarked
package dev.breakwater.server;

import org.jspecify.annotations.NullMarked;
