/**
 * Rehearses the end of a whole fleet on a whole server: real listeners on the loopback address, a
 * database on disk, and as many devices as are wanted, each with a key and a certificate of its own
 * from EST and a live session, half over MQTT and half over WebSocket.
 *
 * <p>It holds that revocation closes every live session in time (invariant I3), that no resumed TLS
 * session brings a revoked device back (I2), and that nobody else notices (W4). A run in which no
 * TLS session was resumed is refused as inconclusive. Read {@link
 * dev.breakwater.system.revocation.RevokedFleetTest} first.
 */
@NullMarked
package dev.breakwater.system.revocation;

import org.jspecify.annotations.NullMarked;
