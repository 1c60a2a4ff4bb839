/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTagTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"b", "beta", "7", "site=berlin", "site=1", "rev-b.2_x", "batch=2026-11.b_7"})
    void takesANameOrANameAndAValue(String text) {
        assertThat(new DeviceTag(text).text()).isEqualTo(text);
        assertThat(new DeviceTag(text)).hasToString(text);
    }

    /** The last ones look like "beta" and are not: Cyrillic, full width, with a joiner. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Beta",
                "be ta",
                " beta",
                "beta ",
                "beta\n",
                "beta\0",
                "-beta",
                ".beta",
                "=berlin",
                "site=",
                "site=a=b",
                "site= berlin",
                "site=-b",
                "a,b",
                "a/b",
                "a:b",
                "%62eta",
                "caf\u00e9",
                "b\u0435ta",
                "\uff42eta",
                "be\u200dta",
                "\u03b2eta"
            })
    void refusesWhatIsWrittenOtherwise(String text) {
        assertThatThrownBy(() -> new DeviceTag(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMoreThan64Characters() {
        assertThat(new DeviceTag("a".repeat(64)).text()).hasSize(64);
        assertThatThrownBy(() -> new DeviceTag("a".repeat(65)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 characters");
        assertThatThrownBy(() -> new DeviceTag("a".repeat(1 << 20)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
