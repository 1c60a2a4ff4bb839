/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SourceNetworkTest {

    @Test
    void isTheAddressOfIpv4() {
        assertThat(SourceNetwork.of("192.0.2.7").name()).isEqualTo("192.0.2.7");
        assertThat(SourceNetwork.of("192.0.2.8")).isNotEqualTo(SourceNetwork.of("192.0.2.7"));
    }

    @Test
    void isTheFirstHalfOfIpv6() {
        SourceNetwork customer = SourceNetwork.of("2001:db8:1:2:aaaa::1");
        assertThat(customer.name()).isEqualTo("2001:db8:1:2::/64");
        assertThat(SourceNetwork.of("2001:db8:1:2:bbbb::2")).isEqualTo(customer);
        assertThat(SourceNetwork.of("[2001:db8:1:2::3]")).isEqualTo(customer);
        assertThat(SourceNetwork.of("2001:db8:1:3::1")).isNotEqualTo(customer);
    }

    @Test
    void hasOneNameHoweverManyZerosItHas() {
        assertThat(SourceNetwork.of("::1").name()).isEqualTo("::/64");
        assertThat(SourceNetwork.of("2001:db8::5").name()).isEqualTo("2001:db8::/64");
        assertThat(SourceNetwork.of("2001:0:0:5::9").name()).isEqualTo("2001:0:0:5::/64");
    }

    /** An attacker who writes IPv4 as IPv6 is the same attacker. */
    @Test
    void seesThroughMappedAddresses() {
        assertThat(SourceNetwork.of("::ffff:192.0.2.7").name()).isEqualTo("192.0.2.7");
    }

    @Test
    void isReadFromItsNameOrAnAddressWithinIt() throws Exception {
        for (String text : new String[] {"2001:db8:1:2::/64", "2001:db8:1:2::9", "192.0.2.7"}) {
            SourceNetwork read = SourceNetwork.parse(text).orElseThrow();
            assertThat(SourceNetwork.parse(read.name())).contains(read);
        }
        assertThat(SourceNetwork.of(InetAddress.getByAddress(new byte[16])).name())
                .isEqualTo("::/64");
    }

    @Test
    void isNotReadFromAnythingElse() {
        for (String text : new String[] {"", "nobody", "192.0.2.0/24", "2001:db8::/32", "1.2.3"}) {
            assertThat(SourceNetwork.parse(text)).as(text).isEmpty();
        }
    }
}
