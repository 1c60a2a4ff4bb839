/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are within a network. */
class SourceNetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0, true",
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.7/32, 192.0.2.7, true",
        "192.0.2.7/32, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, [2001:db8::1], true",
        "2001:db8::/32, 2001:db9::1, false",
        "fe80::/10, fe80::1%eth0, true",
        "::/0, 192.0.2.1, false",
        "192.0.2.0/24, ::ffff:192.0.2.9, true",
        "192.0.2.0/24, somewhere, false"
    })
    void holdsTheAddressesThatShareItsPrefix(String network, String source, boolean held) {
        SourceNetwork parsed = SourceNetwork.parse(network);
        assertThat(SourceNetwork.address(source).map(parsed::holds).orElse(false)).isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2/24", "10.1/8", "0x0a/8",
                "2001:db8::/129", "example.com/24", "/24", "192.0.2.0/", "192.0.2.256/32", "::g/8"
            })
    void refusesWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> SourceNetwork.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is not a network such as 192.0.2.0/24 or 2001:db8::/32");
    }

    /** Whoever writes 192.0.2.7/24 may mean the one address or the network: it must be said. */
    @Test
    void refusesBitsBeyondThePrefixAndNamesTheNetwork() {
        assertThatThrownBy(() -> SourceNetwork.parse("192.0.2.7/24"))
                .hasMessage("has bits beyond its prefix; the network is 192.0.2.0/24");
    }

    @Test
    void takesAFewAddressesForOnePlace() {
        assertThat(SourceNetwork.placeOf("192.0.2.7")).isEqualTo("192.0.2.0/24");
        assertThat(SourceNetwork.placeOf("[2001:db8:1:2::3]"))
                .isEqualTo(SourceNetwork.placeOf("2001:db8:1:ffff::1"))
                .isEqualTo("2001:db8:1:0:0:0:0:0/48");
        assertThat(SourceNetwork.placeOf("nowhere")).isEqualTo("nowhere");
    }
}
