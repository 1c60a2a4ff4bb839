/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.outcome;

import java.io.Serial;

/** Ends a command with one sentence for the user and an exit code. */
public final class CommandFailed extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    /** What went wrong and what to do next, as one sentence. */
    public CommandFailed(ExitCode exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    /** The same, with its cause for {@code --verbose}. */
    public CommandFailed(ExitCode exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    /** How the process ends. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
