/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of bytes and connections when nobody waits for it: it is noted, no more. */
final class Wire {

    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    /** A write that fails finds the connection closed, and its end is handled elsewhere. */
    static final ChannelFutureListener NOTED = Wire::note;

    private Wire() {}

    static void note(Future<?> done) {
        if (!done.isSuccess()) {
            LOG.trace("a write or close did not succeed", done.cause());
        }
    }

    /** Closes a connection behind what was flushed; TLS bounds how long that may take. */
    static void hangUp(Channel channel) {
        channel.close().addListener(NOTED);
    }
}
