/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Thousands of devices in one process: TLS with a key and certificate of its own for each, MQTT by
 * our codec, and HTTPS for whoever asks the API. Everything runs on a few event loops, since the
 * load shares its machine with the server it measures. Servers' certificates and names are checked.
 *
 * <p>Read {@link dev.breakwater.bench.load.Dialer} first.
 */
@NullMarked
package dev.breakwater.bench.load;

import org.jspecify.annotations.NullMarked;
