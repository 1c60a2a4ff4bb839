/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import java.util.Locale;

/** How MQTT packets travel inside TLS. */
enum Transport {
    /** One after the other. */
    MQTT,
    /** In binary WebSocket frames, for networks that let nothing else pass. */
    WEBSOCKET;

    /** The name in metrics and audit entries. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
