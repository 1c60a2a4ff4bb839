/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * HTTPS as every listener of this server speaks it: TLS 1.3 and 1.2 and nothing in plaintext
 * (invariant: there is no option to make a plaintext listener), virtual threads, and limits on
 * connections, requests in work, heads, bodies and patience.
 *
 * <p>It guarantees that a client which trickles its bytes (Slowloris) is closed after a total time
 * and not merely after idleness, that a body is never read beyond its limit, and that no error page
 * says more than its status. It authenticates nobody: TLS proves possession of a client
 * certificate's key, and whoever serves a request asks the device registry or the tokens. Read
 * {@link dev.breakwater.server.http.HttpsListener} first.
 */
@NullMarked
package dev.breakwater.server.http;

import org.jspecify.annotations.NullMarked;
