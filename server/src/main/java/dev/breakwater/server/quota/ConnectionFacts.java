/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.session.TlsFacts;
import java.time.Instant;

/**
 * How a device is connected.
 *
 * @param since when it was admitted
 * @param sourceAddress where from, without the port
 * @param transport {@code mqtt} or {@code websocket}
 * @param mqttVersion {@code 3.1.1} or {@code 5.0}
 * @param tls what the handshake agreed on
 */
public record ConnectionFacts(
        Instant since, String sourceAddress, String transport, String mqttVersion, TlsFacts tls) {}
