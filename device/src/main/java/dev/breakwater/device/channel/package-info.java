/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The device's one connection: a stream of MQTT 5 packets over TLS, or over WebSocket over TLS.
 *
 * <p>Guarantees: nothing is written before the server has proved itself by a chain to the pinned
 * root and by the host's name; the connection is opened by the device, never towards it. Refuses
 * packets over the limit of {@link dev.breakwater.device.channel.PacketStream}, malformed packets,
 * and WebSocket servers that do not speak {@code mqtt}.
 *
 * <p>Read {@link dev.breakwater.device.channel.ChannelKind} first.
 */
@NullMarked
package dev.breakwater.device.channel;

import org.jspecify.annotations.NullMarked;
