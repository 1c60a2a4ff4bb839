/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The server's side of a device's conversation, for tests of devices: real TLS endpoints on the
 * loopback interface whose answers the test states line by line.
 *
 * <p>They check what a server checks during the handshake, a client certificate that chains to the
 * test root, and decide nothing else: a test that wants the server's decisions runs against the
 * server. Each refuses to wait longer than its limit and then fails with what it was waiting for.
 * Read {@link dev.breakwater.testkit.peer.ScriptedMqttPeer} first.
 */
@NullMarked
package dev.breakwater.testkit.peer;

import org.jspecify.annotations.NullMarked;
