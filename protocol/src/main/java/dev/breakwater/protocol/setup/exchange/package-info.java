/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a device that waits to be set up and its owner's app say to each other, JSON over HTTPS on
 * the device's own network.
 *
 * <p>Guarantees: a message that exists is well-formed, and each is written and read by one class
 * here, on both sides. Refuses members nobody knows, missing ones, and values outside their limits,
 * with a {@link dev.breakwater.protocol.message.MalformedMessage} that quotes no secret. Tickets
 * and passphrases are never printed.
 *
 * <p>Read {@link dev.breakwater.protocol.setup.exchange.SetupPaths} first.
 */
@NullMarked
package dev.breakwater.protocol.setup.exchange;

import org.jspecify.annotations.NullMarked;
