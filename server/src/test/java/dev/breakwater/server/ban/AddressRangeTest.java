/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressRangeTest {

    @Test
    void holdsTheNetworksWithinIt() {
        AddressRange office = AddressRange.parse("198.51.100.0/24");
        assertThat(office.contains(SourceNetwork.of("198.51.100.255"))).isTrue();
        assertThat(office.contains(SourceNetwork.of("198.51.101.0"))).isFalse();
        assertThat(office.contains(SourceNetwork.of("2001:db8::1"))).isFalse();
        AddressRange provider = AddressRange.parse("2001:db8::/32");
        assertThat(provider.contains(SourceNetwork.of("2001:db8:ffff:1::1"))).isTrue();
        assertThat(provider.contains(SourceNetwork.of("2001:db9::1"))).isFalse();
    }

    @Test
    void mayBeASingleAddressOrEveryone() {
        assertThat(AddressRange.parse("192.0.2.7").contains(SourceNetwork.of("192.0.2.7")))
                .isTrue();
        assertThat(AddressRange.parse("192.0.2.7").contains(SourceNetwork.of("192.0.2.8")))
                .isFalse();
        assertThat(AddressRange.parse("0.0.0.0/0").contains(SourceNetwork.of("203.0.113.9")))
                .isTrue();
    }

    @Test
    void refusesWhatIsNoRange() {
        for (String text :
                new String[] {
                    "office", "198.51.100.0/33", "198.51.100.0/x", "198.51.100.1/24",
                    "2001:db8::/65", "2001:db8::1/64", "/24", ""
                }) {
            assertThatThrownBy(() -> AddressRange.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
