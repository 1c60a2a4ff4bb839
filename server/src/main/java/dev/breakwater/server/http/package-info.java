/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * HTTPS as every listener of this server speaks it: TLS 1.3 and 1.2 and nothing in plaintext
 * (invariant: there is no option to make a plaintext listener), virtual threads, and limits on
 * connections, requests in work, heads, bodies, replies and patience.
 *
 * <p>It guarantees that a client which trickles its bytes (Slowloris), sends or takes them too
 * slowly is closed after a total time or below a least rate and not merely after idleness, that a
 * body is never read beyond its limit, that nobody who is banned costs a handshake, and that no
 * error page says more than its status. It authenticates nobody: TLS proves possession of a client
 * certificate's key, and whoever serves a request asks the device registry or the tokens.
 *
 * <p>A full listener takes nothing from another one. Each has its own connections, selectors,
 * threads and requests in work; only {@link dev.breakwater.server.http.Audience#PEOPLE} is refused
 * because of a queue, and reads from the store in a lane that leaves readers to devices and health.
 * The device channel has event loops and the operators' port has threads of the system, so that
 * neither waits for a processor behind people's requests. Shared is what the store commits with.
 *
 * <p>Read {@link dev.breakwater.server.http.HttpsListener} first.
 */
@NullMarked
package dev.breakwater.server.http;

import org.jspecify.annotations.NullMarked;
