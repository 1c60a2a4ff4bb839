/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes BoringSSL's engine, as Netty has it, behave towards Jetty as the JDK's does; the JDK's goes
 * through unchanged.
 */
class EngineConnection extends SslConnection {

    /** RFC 8446 section 5.1. */
    private static final int RECORD_BYTES = 16_384;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteBufferPool pool;
    private final boolean adapted;
    private boolean finished;

    EngineConnection(
            Connector connector, SslContextFactory tls, EndPoint endPoint, SSLEngine engine) {
        super(
                connector.getByteBufferPool(),
                connector.getExecutor(),
                tls,
                endPoint,
                engine,
                true,
                true);
        this.pool = connector.getByteBufferPool();
        this.adapted = engine instanceof ReferenceCountedOpenSslEngine;
    }

    /**
     * The engine finds that the client's last handshake message was the last one only when it is
     * asked for more, and may say so where Jetty does not look: beside no bytes at all, or instead
     * of it that there are session tickets to be sent. Jetty would hear of it with the first
     * request, or never. What proves it is that the engine has left the handshake, or has given out
     * what a client may only send behind it.
     */
    @Override
    protected SSLEngineResult unwrap(SSLEngine engine, ByteBuffer from, ByteBuffer to)
            throws SSLException {
        SSLEngineResult read = super.unwrap(engine, from, to);
        if (!adapted || finished || read.bytesConsumed() == 0) {
            return read;
        }
        HandshakeStatus status = read.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_UNWRAP) {
            status = super.unwrap(engine, NOTHING, to).getHandshakeStatus();
        }
        finished =
                read.bytesProduced() > 0
                        || status == HandshakeStatus.FINISHED
                        || status == HandshakeStatus.NOT_HANDSHAKING;
        return finished
                ? new SSLEngineResult(
                        read.getStatus(),
                        HandshakeStatus.FINISHED,
                        read.bytesConsumed(),
                        read.bytesProduced())
                : read;
    }

    /**
     * Head and body of a reply make one record. The engine would make, and Jetty send, one of each.
     */
    @Override
    protected SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] from, ByteBuffer to)
            throws SSLException {
        if (!adapted || from.length == 1) {
            return super.wrap(engine, from, to);
        }
        RetainableByteBuffer gathered = pool.acquire(RECORD_BYTES, true);
        try {
            ByteBuffer record = gathered.getByteBuffer().clear();
            for (ByteBuffer part : from) {
                int length = Math.min(part.remaining(), record.remaining());
                record.put(part.slice(part.position(), length));
            }
            SSLEngineResult written = super.wrap(engine, new ByteBuffer[] {record.flip()}, to);
            int taken = written.bytesConsumed();
            for (ByteBuffer part : from) {
                int length = Math.min(part.remaining(), taken);
                part.position(part.position() + length);
                taken -= length;
            }
            return written;
        } finally {
            gathered.release();
        }
    }

    /** The engine holds native memory. Whoever still uses it finds it closed. */
    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        ReferenceCountUtil.release(getSSLEngine());
    }
}
