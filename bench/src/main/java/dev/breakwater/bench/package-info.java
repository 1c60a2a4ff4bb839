/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Measurements, run by {@code ./build bench} and never part of a test or a release. A figure is
 * worth something only as a ratio against a peer or the machine's limit in the same run; what is
 * printed says which.
 *
 * <p>{@link dev.breakwater.bench.CodecBenchmark} measures the MQTT codec on the packet that matters
 * most.
 */
@NullMarked
package dev.breakwater.bench;

import org.jspecify.annotations.NullMarked;
