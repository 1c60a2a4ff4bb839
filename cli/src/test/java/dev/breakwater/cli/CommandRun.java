/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.cli.terminal.Terminal;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code breakwater} from its words to its exit code, in this process.
 *
 * @param exitCode the number it ended with
 * @param out what it printed as result
 * @param err what it said besides
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs with {@code configuration} as the folder of all settings. */
    public static CommandRun of(Path configuration, String... words) {
        return of(configuration, null, words);
    }

    /** The same with somebody at the terminal, who types these lines. */
    public static CommandRun answering(Path configuration, String typed, String... words) {
        return of(configuration, new BufferedReader(new StringReader(typed)), words);
    }

    private static CommandRun of(
            Path configuration, @Nullable BufferedReader answers, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal =
                new Terminal(new PrintWriter(out), new PrintWriter(err), false, answers);
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", configuration.toString(), "HOME", "/nonexistent");
        int exitCode = new Breakwater(environment, terminal).run(words);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** The lines of the result. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
