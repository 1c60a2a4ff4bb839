/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteCountTest {

    @Test
    void countsInPowersOf1024() {
        assertThat(ByteCount.of(0)).isEqualTo("0 bytes");
        assertThat(ByteCount.of(1)).isEqualTo("1 byte");
        assertThat(ByteCount.of(1023)).isEqualTo("1023 bytes");
        assertThat(ByteCount.of(1024)).isEqualTo("1.0 KiB");
        assertThat(ByteCount.of(4_404_019)).isEqualTo("4.2 MiB");
        assertThat(ByteCount.of(1L << 30)).isEqualTo("1.0 GiB");
        assertThat(ByteCount.of(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }

    @Test
    void neverSays1024OfAUnit() {
        assertThat(ByteCount.of((1L << 20) - 1)).isEqualTo("1.0 MiB");
    }
}
