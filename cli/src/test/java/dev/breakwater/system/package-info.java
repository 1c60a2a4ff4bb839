/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The whole server, as an operator runs it: a process of its own, reached through its ports,
 * stopped by signals, judged by what it answers, prints and leaves on disk.
 *
 * <p>Nothing here looks into the server's memory, and nothing is arranged behind its back: what a
 * test needs it gets through the API, EST and MQTT. Each test uses free loopback ports and a fresh
 * directory, and ends only the processes it started. Read {@link
 * dev.breakwater.system.ServerProcess} first.
 */
@NullMarked
package dev.breakwater.system;

import org.jspecify.annotations.NullMarked;
