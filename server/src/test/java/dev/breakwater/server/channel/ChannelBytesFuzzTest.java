/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;

/**
 * The decrypted bytes of a connection through the gates behind TLS: the choice of the transport,
 * HTTP's upgrade, WebSocket frames, packets, CONNECT. The first byte of an input says in how large
 * pieces the rest arrives, zero for all at once.
 */
class ChannelBytesFuzzTest {

    /** More than anything that is said before CONNECT is accepted, from HTTP's head to CONNACK. */
    private static final int ANSWER_BYTES_MAX = 1_024;

    private static final TlsFreeChannels CHANNELS = channels();

    private static TlsFreeChannels channels() {
        try {
            return new TlsFreeChannels();
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @FuzzTest(maxDuration = "24h")
    void gatesTakeAnyBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        EmbeddedChannel channel = new EmbeddedChannel();
        CHANNELS.gates.proven(channel, CHANNELS.place(channel), CHANNELS.peer);
        int piece = bytes[0] == 0 ? bytes.length : bytes[0] & 0xFF;
        for (int at = 1; at < bytes.length && channel.isActive(); at += piece) {
            int length = Math.min(piece, bytes.length - at);
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
        }
        requireLittleSaid(channel, bytes.length);
        channel.finishAndReleaseAll();
        channel.checkException();
    }

    /** Pongs repeat what pings carry; everything else is said once. */
    private static void requireLittleSaid(EmbeddedChannel channel, int heard) {
        int said = 0;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            said += out.readableBytes();
            out.release();
        }
        if (said > ANSWER_BYTES_MAX + heard) {
            throw new AssertionError(said + " bytes were said to " + heard);
        }
        if (channel.readInbound() != null) {
            throw new AssertionError("something came through all gates");
        }
    }
}
