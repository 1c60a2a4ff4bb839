/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShellWordTest {

    @Test
    void leavesPlainWordsAsTheyAre() {
        assertThat(ShellWord.quoted("tank-1.a:b_c")).isEqualTo("tank-1.a:b_c");
    }

    @Test
    void keepsAForeignNameOneHarmlessWord() {
        assertThat(ShellWord.quoted("x; rm -rf ~")).isEqualTo("'x; rm -rf ~'");
        assertThat(ShellWord.quoted("it's $(id)")).isEqualTo("'it'\\''s $(id)'");
        assertThat(ShellWord.quoted("")).isEqualTo("''");
    }
}
