/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks MQTT, and who is at its other end as far as TLS knows.
 *
 * @param framing reads packets from it
 * @param writer writes packets to it
 */
record DeviceConnection(Channel channel, MqttFraming framing, PacketWriter writer, Peer peer) {

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** The device has said that it sends nothing more. */
    void saidGoodbye() {
        @Nullable WireGate wire = channel.pipeline().get(WireGate.class);
        if (wire != null) {
            wire.saidGoodbye();
        }
    }
}
