/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceSerial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SetupLabelTest {

    private static final String KEY = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    private static final String BEGINNING = "breakwater:setup?";
    private static final SetupLabel LABEL =
            new SetupLabel(
                    "Tank Ä&1", "a=b&c% d+e", new DeviceSerial("TANK-1"), new SetupKeyHash(KEY));

    @Test
    void isOneLineOfAscii() {
        assertThat(LABEL.text())
                .isEqualTo(
                        BEGINNING
                                + "v=1&n=Tank%20%C3%84%261&p=a%3Db%26c%25%20d%2Be&s=TANK-1&k="
                                + KEY);
    }

    @Test
    void isReadAsItWasWritten() {
        assertThat(SetupLabel.parse(LABEL.text())).isEqualTo(LABEL);
    }

    @Test
    void takesItsMembersInAnyOrder() {
        String text = BEGINNING + "k=" + KEY + "&s=TANK-1&p=12345678&v=1&n=Tank";
        assertThat(SetupLabel.parse(text))
                .isEqualTo(
                        new SetupLabel(
                                "Tank",
                                "12345678",
                                new DeviceSerial("TANK-1"),
                                new SetupKeyHash(KEY)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // another scheme, another path, nothing
                "https://example.org/?v=1&n=T&p=12345678&s=T&k=K",
                "breakwater:join?v=1&n=T&p=12345678&s=T&k=K",
                "",
                "breakwater:setup?",
                // each member left out
                "breakwater:setup?n=T&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T&s=T&k=K",
                "breakwater:setup?v=1&n=T&p=12345678&k=K",
                "breakwater:setup?v=1&n=T&p=12345678&s=T",
                // a further one, one twice, one without a value, an empty one
                "breakwater:setup?v=1&n=T&p=12345678&s=T&k=K&x=1",
                "breakwater:setup?v=1&n=T&n=T&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T&p=12345678&s=T&k",
                "breakwater:setup?v=1&n=T&p=12345678&s=T&k=K&",
                // another version
                "breakwater:setup?v=2&n=T&p=12345678&s=T&k=K",
                // values that are not percent-encoded, or not UTF-8
                "breakwater:setup?v=1&n=T T&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T%2&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T%GG&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=%C3&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=Ä&p=12345678&s=T&k=K",
                // values that are none
                "breakwater:setup?v=1&n=&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T%0A&p=12345678&s=T&k=K",
                "breakwater:setup?v=1&n=T&p=1234567&s=T&k=K",
                "breakwater:setup?v=1&n=T&p=12345678%C3%84&s=T&k=K",
                "breakwater:setup?v=1&n=T&p=12345678&s=-T&k=K"
            })
    void refusesWhatIsNoLabel(String text) {
        String whole = text.replace("k=K", "k=" + KEY);
        assertThatThrownBy(() -> SetupLabel.parse(whole))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesALabelThatIsTooLong() {
        String text = LABEL.text() + "&x=";
        String tooLong = text + "a".repeat(SetupLabel.CHARACTERS_MAX + 1 - text.length());
        assertThatThrownBy(() -> SetupLabel.parse(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512");
    }

    @Test
    void refusesANameThatNoNetworkHas() {
        assertThatThrownBy(
                        () ->
                                new SetupLabel(
                                        "Ä".repeat(17), "12345678", LABEL.serial(), LABEL.key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes");
        assertThat(new SetupLabel("Ä".repeat(16), "12345678", LABEL.serial(), LABEL.key()).text())
                .hasSizeLessThan(SetupLabel.CHARACTERS_MAX);
    }

    @Test
    void showsItsPassphraseToNobody() {
        assertThat(LABEL.toString()).contains("TANK-1").doesNotContain("a=b");
    }
}
