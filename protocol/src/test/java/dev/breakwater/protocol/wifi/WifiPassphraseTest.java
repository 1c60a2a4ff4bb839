/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WifiPassphraseTest {

    @ParameterizedTest
    @ValueSource(ints = {8, 63})
    void takesPrintableAsciiBlanksIncluded(int length) {
        assertThat(new WifiPassphrase(" ".repeat(length)).isKey()).isFalse();
        assertThat(new WifiPassphrase("~".repeat(length)).secret()).hasSize(length);
    }

    @Test
    void takesTheKeyItself() {
        assertThat(new WifiPassphrase("0123456789abcdefABCDEF0123456789".repeat(2)).isKey())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "7 chars", "new\nline!", "tab\ttabs", "\u00fcberlang", "nul\u0000nul!"})
    void refusesWhatNoNetworkTakes(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WifiPassphrase(secret))
                .withMessageContaining("8 to 63 printable ASCII characters");
    }

    @Test
    void refusesSixtyFourCharactersThatAreNoKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WifiPassphrase("g".repeat(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> new WifiPassphrase("0".repeat(65)));
    }

    @Test
    void isToldToNoLog() {
        assertThat(new WifiPassphrase("hush-hush-hush")).hasToString("WifiPassphrase[REDACTED]");
    }
}
