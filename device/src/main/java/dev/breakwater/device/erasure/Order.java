/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import dev.breakwater.protocol.DeviceId;

/**
 * The server's order to erase the device, because its owner gave it away.
 *
 * @param device which device, as the server names it: with the next owner it is another
 * @param from who gave the order and is to have the receipt
 */
public record Order(DeviceId device, ReturnAddress from) {}
