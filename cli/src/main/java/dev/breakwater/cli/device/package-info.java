/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code device} commands: single devices, what they told, and who is let in.
 *
 * <p>They guarantee that a device can be named by its id or its serial, and that none is cut off
 * without a reason on record. What may be done is the server's decision: this is a layer over its
 * API and refuses only what cannot be put into a request. Read {@link
 * dev.breakwater.cli.device.DeviceCommand} first.
 */
@NullMarked
package dev.breakwater.cli.device;

import org.jspecify.annotations.NullMarked;
