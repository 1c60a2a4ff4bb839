/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Measurements, never part of a release. A figure is worth something only as a ratio against a peer
 * or the machine's limit in the same run; what is printed says which.
 *
 * <p>{@link dev.breakwater.bench.Bench} is {@code ./breakwater bench}: whole servers under the load
 * of thousands of devices. {@link dev.breakwater.bench.CodecBenchmark}, run by {@code ./build
 * bench}, measures the MQTT codec on the packet that matters most. {@link
 * dev.breakwater.bench.attack.Assault} is {@code ./build attack}. Whole servers are measured on
 * Linux only: CPU time and memory of a process are read from /proc.
 */
@NullMarked
package dev.breakwater.bench;

import org.jspecify.annotations.NullMarked;
