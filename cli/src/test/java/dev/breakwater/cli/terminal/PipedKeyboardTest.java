/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.cli.outcome.CommandFailed;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class PipedKeyboardTest {

    @Test
    void answersEachQuestionWithTheNextLine() {
        Keyboard keyboard = keyboard("a secret \r\n123456");
        assertThat(keyboard.newSecret("Password")).isEqualTo("a secret ");
        assertThat(keyboard.line("Digits")).isEqualTo("123456");
        assertThat(keyboard.isAttended()).isFalse();
        assertThatThrownBy(() -> keyboard.line("More"))
                .isInstanceOf(CommandFailed.class)
                .hasMessage("standard input ended where it should have a line: More");
    }

    @Test
    void refusesALineWithoutAnEndAndDoesNotShowIt() {
        assertThat(keyboard("x".repeat(4_096) + "\n").line("Password")).hasSize(4_096);
        assertThatThrownBy(() -> keyboard("x".repeat(4_097)).line("Password"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("more than 4096 characters")
                .hasMessageNotContaining("xx");
    }

    private static Keyboard keyboard(String input) {
        return new PipedKeyboard(new StringReader(input));
    }
}
