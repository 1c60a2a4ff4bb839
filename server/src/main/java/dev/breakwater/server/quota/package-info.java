/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What one device may use, and what it has used: how one device cannot slow another.
 *
 * <p>A product states what its devices may do; what it does not state, the server's limits do. A
 * device that goes beyond is first slowed, then told, then cut off, and whoever comes back too
 * often waits longer each time. What a device has used is remembered across its connections, in
 * memory and bounded. It decides and counts; the channel acts. Read {@link
 * dev.breakwater.server.quota.DeviceUsage} first.
 */
@NullMarked
package dev.breakwater.server.quota;

import org.jspecify.annotations.NullMarked;
