/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BarTest {

    @Test
    void fillsAsMuchAsIsThere() {
        assertThat(Bar.of(0, 200)).isEqualTo("[--------------------]   0 %");
        assertThat(Bar.of(64, 200)).isEqualTo("[######--------------]  32 %");
        assertThat(Bar.of(200, 200)).isEqualTo("[####################] 100 %");
    }

    @Test
    void isNotFullBeforeAllIsThere() {
        assertThat(Bar.of(Long.MAX_VALUE - 1, Long.MAX_VALUE))
                .isEqualTo("[###################-]  99 %");
    }

    @Test
    void callsNothingOfNothingAll() {
        assertThat(Bar.of(0, 0)).isEqualTo("[####################] 100 %");
    }

    @Test
    void staysItselfWhenToldMoreThanAllOrLessThanNothing() {
        assertThat(Bar.of(300, 200)).isEqualTo(Bar.of(200, 200));
        assertThat(Bar.of(-5, 200)).isEqualTo(Bar.of(0, 200));
    }
}
