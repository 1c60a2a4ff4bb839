/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.Reader;

/**
 * What a command is told while it runs: by a person, or by a script on standard input. Secrets come
 * this way and never as an argument, which everybody on the machine can read.
 */
public interface Keyboard {

    /** Whether a person sits there, who can be asked again. */
    boolean isAttended();

    /** A line that nobody is to see. */
    String secret(String prompt);

    /** A new secret, which a person types twice, because nobody sees what is typed. */
    default String newSecret(String prompt) {
        String first = secret(prompt);
        if (isAttended() && !secret(prompt + ", once more").equals(first)) {
            throw new CommandFailed(ExitCode.USAGE, "the two differ; nothing was changed");
        }
        return first;
    }

    /** A line. */
    String line(String prompt);

    /**
     * All that follows on standard input, for a command that reads a file or is fed by another
     * program. A terminal has none: nobody types a list of devices.
     */
    default Reader rest() {
        throw new CommandFailed(
                ExitCode.USAGE, "nothing is piped in; name a file to be read, or pipe it in");
    }
}
