/**
 * TLS as every listener of this process speaks it: the device channel through Netty, the HTTPS
 * listeners through Jetty.
 *
 * <p>It guarantees TLS 1.3 or 1.2, suites with forward secrecy and authenticated encryption only,
 * the hybrid key exchange first where the engine has it, and that a client certificate which passes
 * the handshake belongs to whoever holds its key (invariant I1). It judges no client certificate
 * beyond that; the registry does. Read {@link dev.breakwater.server.tls.TlsPolicy} first.
 */
@NullMarked
package dev.breakwater.server.tls;

import org.jspecify.annotations.NullMarked;
