/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayTest {

    private static final String HEADINGS = "Iface\tDestination\tGateway \tFlags";
    private static final String ROUTE = "wlan0\t00000000\t0104A8C0\t0003";
    private static final String NEIGHBOURS = "wlan0\t0004A8C0\t00000000\t0001";

    @Test
    void findsTheOnlyGateway() {
        assertThat(Gateway.only(List.of(HEADINGS, ROUTE, NEIGHBOURS)))
                .contains(InetAddress.ofLiteral("192.168.4.1"));
    }

    @Test
    void findsNoneAmongSeveralOrWhereThereIsNone() {
        String other = "eth0\t00000000\t010200C0\t0003";
        assertThat(Gateway.only(List.of(HEADINGS, ROUTE, other))).isEmpty();
        assertThat(Gateway.only(List.of(HEADINGS, NEIGHBOURS))).isEmpty();
        assertThat(Gateway.only(List.of(HEADINGS, "wlan0\t00000000\tnonsense\t0003"))).isEmpty();
    }
}
