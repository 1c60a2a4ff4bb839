/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import org.junit.jupiter.api.Test;

class EchoingKeyboardTest {

    @Test
    void asksForNothingThatWouldStayOnTheScreen() {
        Keyboard keyboard = new EchoingKeyboard();
        assertThat(keyboard.isAttended()).isFalse();
        CommandFailed failed =
                catchThrowableOfType(CommandFailed.class, () -> keyboard.newSecret("Password"));
        assertThat(failed.exitCode()).isEqualTo(ExitCode.CANNOT_START);
        assertThat(failed).hasMessageContaining("'Password' is not asked for");
    }
}
