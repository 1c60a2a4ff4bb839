/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that a command works on: in a file, or on standard input. */
public final class GivenText {

    /** What stands for standard input where a file is asked for. */
    public static final String STANDARD_INPUT = "-";

    private static final int CHARACTERS_MAX = 64 << 20;
    private static final int CHUNK_CHARACTERS = 1 << 16;

    private GivenText() {}

    /** How a file that was named is called in sentences. */
    public static String name(Path file) {
        return file.equals(Path.of(STANDARD_INPUT)) ? "standard input" : file.toString();
    }

    /** All of it, 64 Mi characters of UTF-8 at most. */
    public static String read(Path file, Keyboard keyboard) {
        try {
            if (file.equals(Path.of(STANDARD_INPUT))) {
                return read(keyboard.rest(), name(file));
            }
            try (Reader reader = Files.newBufferedReader(file)) {
                return read(reader, name(file));
            }
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    name(file) + " cannot be read: " + unreadable,
                    unreadable);
        }
    }

    private static String read(Reader reader, String name) throws IOException {
        StringBuilder text = new StringBuilder();
        char[] chunk = new char[CHUNK_CHARACTERS];
        int count = reader.read(chunk);
        while (count >= 0) {
            if (text.length() + count > CHARACTERS_MAX) {
                throw new CommandFailed(
                        ExitCode.USAGE, name + " is longer than 64 Mi characters; split it");
            }
            text.append(chunk, 0, count);
            count = reader.read(chunk);
        }
        return text.toString();
    }
}
