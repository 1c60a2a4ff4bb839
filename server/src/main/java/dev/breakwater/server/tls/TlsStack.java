/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** One {@link TlsEngine}, set up for one listener. Its callers take turns. */
public sealed interface TlsStack permits BoringSslStack, JdkStack {

    /**
     * A context for this identity, to be released by the caller.
     *
     * @throws SSLException if key and certificate cannot be used
     */
    SslContext context(TlsIdentity identity) throws SSLException;

    /** TLS for one connection of Netty's. */
    SslHandler handler(SslContext context, ByteBufAllocator allocator);

    /** TLS for one connection of somebody else's, who releases it. */
    SSLEngine engine(SslContext context, ByteBufAllocator allocator);
}
