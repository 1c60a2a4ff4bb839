/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The benchmarks, one class for each. A figure is worth something only as a ratio in the same run,
 * so all servers do the same work with the same devices, and what counts is the CPU time the server
 * itself spends on it.
 */
@NullMarked
package dev.breakwater.bench.measure;

import org.jspecify.annotations.NullMarked;
