/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The servers that are measured, each in a process of its own on free loopback ports, with the same
 * devices' certificates trusted: ours as it is packaged, and peers as they come. None outlives the
 * run. The fleet is enrolled with our server once, over EST, and kept; every run works on a copy.
 *
 * <p>Read {@link dev.breakwater.bench.server.TestBed} first.
 */
@NullMarked
package dev.breakwater.bench.server;

import org.jspecify.annotations.NullMarked;
