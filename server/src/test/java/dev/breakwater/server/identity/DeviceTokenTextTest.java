/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTokenTextTest {

    @Test
    void isReadAsItWasShown() {
        DeviceTokenText fresh = DeviceTokenText.fresh();
        assertThat(fresh.reveal())
                .hasSize(DeviceTokenText.CHARACTERS)
                .matches("bwd_[0-9a-f]{64}_[0-9a-f]{8}");
        assertThat(DeviceTokenText.parse(fresh.reveal()).orElseThrow().fingerprint())
                .isEqualTo(fresh.fingerprint());
    }

    @Test
    void isNeverTheSameTwice() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.add(DeviceTokenText.fresh().reveal())).isTrue();
        }
    }

    @Test
    void hidesItsSecret() {
        DeviceTokenText fresh = DeviceTokenText.fresh();
        assertThat(fresh).hasToString("bwd_[REDACTED]");
        assertThat(fresh.reveal()).doesNotContain(fresh.fingerprint().hex());
    }

    @Test
    void refusesEveryMistypedDigit() {
        String right = DeviceTokenText.fresh().reveal();
        for (int i = 0; i < right.length(); i++) {
            char other = right.charAt(i) == '0' ? '1' : '0';
            String mistyped = right.substring(0, i) + other + right.substring(i + 1);
            assertThat(DeviceTokenText.parse(mistyped)).as(mistyped).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bwd_", "secret", "bwt_0000"})
    void refusesWhatIsNoToken(String text) {
        assertThat(DeviceTokenText.parse(text)).isEmpty();
    }
}
