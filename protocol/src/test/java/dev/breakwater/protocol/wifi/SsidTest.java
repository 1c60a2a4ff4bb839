/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SsidTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 33, 1000})
    void refusesNamesThatNoNetworkHas(int bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ssid.of(new byte[bytes]));
        assertThatIllegalArgumentException().isThrownBy(() -> Ssid.ofText("x".repeat(bytes)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32})
    void keepsEveryByte(int length) {
        for (int value = 0; value < 256; value++) {
            byte[] bytes = new byte[length];
            bytes[length - 1] = (byte) value;
            Ssid ssid = Ssid.of(bytes);
            assertThat(ssid.bytes()).isEqualTo(bytes);
            assertThat(Ssid.parse(ssid.base64url())).isEqualTo(ssid).hasSameHashCodeAs(ssid);
        }
    }

    @Test
    void isItsOwnCopyOfTheBytes() {
        byte[] bytes = {'a', 'b'};
        Ssid ssid = Ssid.of(bytes);
        bytes[0] = 'x';
        ssid.bytes()[1] = 'x';
        assertThat(ssid).isEqualTo(Ssid.ofText("ab")).isNotEqualTo(Ssid.ofText("xb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "YQ==", "Y", "YR", "Y Q", "+A", "YQ\n"})
    void refusesBase64InOtherForms(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ssid.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "Caf\u00e9 am Meer|Caf\u00e9 am Meer",
                "a\"b'c\\d`e|a\\x22b\\x27c\\x5cd\\x60e",
                "evil\u202ecod.exe|evil\\xe2\\x80\\xaecod.exe",
                "no\u00a0break|no\\xc2\\xa0break",
                "\ud83d\udc20|\ud83d\udc20"
            })
    void showsWhatPeopleMaySee(String name, String shown) {
        assertThat(Ssid.ofText(name).printable()).isEqualTo(shown);
        assertThat(Ssid.ofText(name)).hasToString(shown);
    }

    @Test
    void showsControlCharactersAndForeignBytesEscaped() {
        assertThat(Ssid.ofText("a\u001b[31m\u0000\r\nb").printable())
                .isEqualTo("a\\x1b[31m\\x00\\x0d\\x0ab");
        assertThat(Ssid.of("Caf\u00e9".getBytes(StandardCharsets.ISO_8859_1)).printable())
                .isEqualTo("Caf\\xe9");
    }
}
