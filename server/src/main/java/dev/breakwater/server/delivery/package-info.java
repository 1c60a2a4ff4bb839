/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How devices get the files of their updates: over HTTPS with ranges, and piece by piece over their
 * channel.
 *
 * <p>It guarantees that a device gets the files of its own product alone, by its credential alone
 * (W10); that a download ends within a second or two when the device loses its right to it; that
 * one in work takes a bounded buffer, however slow its device reads; and that a fleet that wants
 * the same file at once is told to come back at different moments.
 *
 * <p>It refuses whoever the registry refuses, devices from networks that their product rules out,
 * more downloads at once than there may be, and to say whether another product has a file. Read
 * {@link dev.breakwater.server.delivery.UpdateDelivery} first.
 */
@NullMarked
package dev.breakwater.server.delivery;

import org.jspecify.annotations.NullMarked;
