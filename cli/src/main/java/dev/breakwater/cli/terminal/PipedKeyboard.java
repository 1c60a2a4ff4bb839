/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.Reader;

/** A script that writes one line for each question, in their order. */
public final class PipedKeyboard implements Keyboard {

    private static final int LINE_CHARACTERS_MAX = 4_096;

    private final Reader input;

    /** Reads lines from here, character by character: what follows belongs to somebody else. */
    public PipedKeyboard(Reader input) {
        this.input = input;
    }

    @Override
    public boolean isAttended() {
        return false;
    }

    @Override
    public Reader rest() {
        return input;
    }

    @Override
    public String secret(String prompt) {
        return line(prompt);
    }

    @Override
    public String line(String prompt) {
        StringBuilder line = new StringBuilder();
        try {
            int next = input.read();
            if (next < 0) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "standard input ended where it should have a line: " + prompt);
            }
            while (next >= 0 && next != '\n') {
                if (line.length() == LINE_CHARACTERS_MAX) {
                    throw new CommandFailed(
                            ExitCode.USAGE,
                            "a line of standard input has more than "
                                    + LINE_CHARACTERS_MAX
                                    + " characters: "
                                    + prompt);
                }
                line.append((char) next);
                next = input.read();
            }
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.USAGE, "standard input cannot be read: " + unreadable, unreadable);
        }
        String text = line.toString();
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
