/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.protocol.DeviceId;

/**
 * What a connected device sends at this moment, over the last ten seconds.
 *
 * @param slowed whether the server makes it wait
 */
public record DeviceLoad(
        DeviceId device, double packetsPerSecond, double bytesPerSecond, boolean slowed) {}
