/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that speaks MQTT, and who is at its other end as far as TLS knows.
 *
 * @param framing reads packets from it
 * @param writer writes packets to it
 */
record DeviceConnection(Channel channel, MqttFraming framing, PacketWriter writer, Peer peer) {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceConnection.class);

    EventLoop loop() {
        return channel.eventLoop();
    }

    /**
     * Runs something on the event loop.
     *
     * @param whenStopped what to do instead if the loop has ended
     */
    void onLoop(Runnable action, Runnable whenStopped) {
        try {
            loop().execute(action);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("the event loop of {} has ended", channel, stopped);
            whenStopped.run();
        }
    }

    /** The device has said that it sends nothing more. */
    void saidGoodbye() {
        @Nullable WireGate wire = channel.pipeline().get(WireGate.class);
        if (wire != null) {
            wire.saidGoodbye();
        }
    }
}
