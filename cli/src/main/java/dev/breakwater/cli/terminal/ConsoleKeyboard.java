/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.Console;
import org.jspecify.annotations.Nullable;

/** A person at a terminal. */
public final class ConsoleKeyboard implements Keyboard {

    private final Console console;

    /** The person at this one. */
    public ConsoleKeyboard(Console console) {
        this.console = console;
    }

    @Override
    public boolean isAttended() {
        return true;
    }

    @Override
    public String secret(String prompt) {
        char @Nullable [] typed = console.readPassword("%s", asked(prompt));
        return told(typed == null ? null : new String(typed), prompt);
    }

    @Override
    public String line(String prompt) {
        return told(console.readLine("%s", asked(prompt)), prompt);
    }

    /** A question has its own end. */
    private static String asked(String prompt) {
        return SafeText.line(prompt) + (prompt.endsWith("?") ? " " : ": ");
    }

    private static String told(@Nullable String typed, String prompt) {
        if (typed == null) {
            throw new CommandFailed(ExitCode.USAGE, "nothing was typed at '" + prompt + "'");
        }
        return typed;
    }
}
