/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceSerialTest {

    @ParameterizedTest
    @ValueSource(strings = {"tank-1", "A", "0", "a.b_c-D", "00-1A-2B-3C-4D-5E"})
    void takesTheNamesMakersPrint(String text) {
        assertThat(new DeviceSerial(text)).hasToString(text);
    }

    /** A colon would end the user name of HTTP Basic, with which a device enrolls (RFC 7617). */
    @ParameterizedTest
    @ValueSource(strings = {"", "-tank", ".tank", "tank:1", "tank 1", "tank/1", "tänk", "tank\n"})
    void refusesWhatIsNotSafeEverywhere(String text) {
        assertThatThrownBy(() -> new DeviceSerial(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 characters");
    }

    @Test
    void takesAsManyCharactersAsACommonName() {
        assertThat(new DeviceSerial("s".repeat(64)).text()).hasSize(64);
        assertThatThrownBy(() -> new DeviceSerial("s".repeat(65)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
