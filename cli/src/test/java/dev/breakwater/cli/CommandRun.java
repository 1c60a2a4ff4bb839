/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.PipedKeyboard;
import dev.breakwater.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
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

    /** Somebody at the terminal, who types what they are asked for. */
    interface Typist {

        /** What they type, having read what was printed so far. */
        String type(String prompt, String printed);
    }

    /** Runs with {@code configuration} as the folder of all settings, and nothing to read. */
    public static CommandRun of(Path configuration, String... words) {
        return piped(configuration, "", words);
    }

    /** The same with somebody at the terminal, who types these lines and then goes. */
    public static CommandRun answering(
            Path configuration, List<String> asked, String typed, String... words) {
        Iterator<String> lines = typed.lines().iterator();
        return attended(
                configuration,
                (prompt, printed) -> {
                    asked.add(prompt);
                    if (!lines.hasNext()) {
                        throw new CommandFailed(
                                ExitCode.USAGE, "nothing was typed at '" + prompt + "'");
                    }
                    return lines.next();
                },
                words);
    }

    /** Runs with this text as standard input. */
    static CommandRun piped(Path configuration, String input, String... words) {
        return run(
                configuration,
                Map.of(),
                new PipedKeyboard(new StringReader(input)),
                new StringWriter(),
                words);
    }

    /** Runs with this in the environment. */
    static CommandRun with(Path configuration, String name, String value, String... words) {
        return run(
                configuration,
                Map.of(name, value),
                new PipedKeyboard(new StringReader("")),
                new StringWriter(),
                words);
    }

    /** Runs with somebody at the terminal. */
    static CommandRun attended(Path configuration, Typist typist, String... words) {
        StringWriter out = new StringWriter();
        return run(configuration, Map.of(), new Attended(typist, out), out, words);
    }

    private static CommandRun run(
            Path configuration,
            Map<String, String> more,
            Keyboard keyboard,
            StringWriter out,
            String... words) {
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("XDG_CONFIG_HOME", configuration.toString());
        environment.put("HOME", "/nonexistent");
        int exitCode = new Breakwater(environment, terminal, keyboard).run(words);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    private record Attended(Typist typist, StringWriter out) implements Keyboard {

        @Override
        public boolean isAttended() {
            return true;
        }

        @Override
        public String secret(String prompt) {
            return typist.type(prompt, out.toString());
        }

        @Override
        public String line(String prompt) {
            return typist.type(prompt, out.toString());
        }
    }

    /** The lines of the result. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
