/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import java.util.List;

/** How a device reaches the channel. */
record Way(Transport transport, String tlsVersion) {

    /** What MQTT travels in, inside TLS. */
    enum Transport {
        MQTT,
        WSS
    }

    static final String TLS_1_3 = "TLSv1.3";
    static final String TLS_1_2 = "TLSv1.2";

    /** Dealt out to the devices in turn. */
    static final List<Way> ALL =
            List.of(
                    new Way(Transport.MQTT, TLS_1_3),
                    new Way(Transport.WSS, TLS_1_3),
                    new Way(Transport.MQTT, TLS_1_2),
                    new Way(Transport.WSS, TLS_1_2));

    @Override
    public String toString() {
        return transport + " over " + tlsVersion;
    }
}
