/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.PipedKeyboard;
import dev.breakwater.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One run of {@code breakwater} from its words to its exit code, in this process.
 *
 * @param exitCode the number it ended with
 * @param out what it printed as result
 * @param err what it said besides
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs with {@code configuration} as the folder of all settings, and nothing to read. */
    public static CommandRun of(Path configuration, String... words) {
        return typing(configuration, new PipedKeyboard(Reader.nullReader()), words);
    }

    /** Runs, and is told what it asks for by this keyboard. */
    public static CommandRun typing(Path configuration, Keyboard keyboard, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err));
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", configuration.toString(), "HOME", "/nonexistent");
        int exitCode = new Breakwater(environment, terminal, keyboard).run(words);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** The lines of the result. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
