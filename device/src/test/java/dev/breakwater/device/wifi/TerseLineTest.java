/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerseLineTest {

    @Test
    void separatesFieldsAtColons() {
        assertThat(TerseLine.fields("4d656572:70:WPA2")).containsExactly("4d656572", "70", "WPA2");
        assertThat(TerseLine.fields("::")).containsExactly("", "", "");
        assertThat(TerseLine.fields("")).containsExactly("");
    }

    @Test
    void takesEscapedColonsAndBackslashesForWhatTheyAre() {
        assertThat(TerseLine.fields("a\\:b:c\\\\:d\\\\\\:e"))
                .containsExactly("a:b", "c\\", "d\\:e");
        assertThat(TerseLine.fields("end\\")).containsExactly("end");
    }
}
