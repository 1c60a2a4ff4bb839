/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Connections as an attacker needs them: from a source address of one's choice, with bytes that no
 * library would send, and answers read as they come. Everything stays on the loopback network,
 * whose sixteen million addresses are all this machine's own on Linux.
 *
 * <p>Nothing here judges; {@link dev.breakwater.bench.attack} does. Read {@link
 * dev.breakwater.bench.attack.wire.HttpsLine} first.
 */
@NullMarked
package dev.breakwater.bench.attack.wire;

import org.jspecify.annotations.NullMarked;
