/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** One {@link TlsEngine}, set up as {@link ChannelTls} wants it. Its callers take turns. */
sealed interface TlsStack permits BoringSslStack, JdkStack {

    /**
     * A context for this key and chain, to be released by the caller.
     *
     * @throws SSLException if they cannot be used
     */
    SslContext context(PrivateKey key, List<X509Certificate> chain) throws SSLException;

    /** TLS for one connection. */
    SslHandler handler(SslContext context, ByteBufAllocator allocator);
}
