/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.cli.terminal.Terminal;
import java.nio.file.Path;

/** The command line as somebody uses it who keeps settings of their own. */
@FunctionalInterface
public interface OwnCommandLine {

    /**
     * Runs one command.
     *
     * @param settings the directory of settings, as {@code XDG_CONFIG_HOME} names it
     * @param terminal where it writes; nobody answers its questions
     * @return the number that it would end a process with
     */
    int run(Path settings, Terminal terminal, String... words);
}
