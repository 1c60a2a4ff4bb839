/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A terminal whose echo cannot be turned off, because the command's output goes elsewhere: Java
 * then has no console. Nobody is asked for a secret there, which would stay on the screen.
 */
public final class EchoingKeyboard implements Keyboard {

    /** What standard input is, on Linux. */
    private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

    /** Whether standard input is a terminal; where that cannot be told, a file or a pipe. */
    public static boolean isThisOne() {
        try {
            Path input = STANDARD_INPUT.toRealPath();
            return input.startsWith("/dev/pts") || input.toString().startsWith("/dev/tty");
        } catch (IOException neitherTerminalNorFile) {
            return false;
        }
    }

    @Override
    public boolean isAttended() {
        return false;
    }

    @Override
    public String secret(String prompt) {
        throw refused(prompt);
    }

    @Override
    public String line(String prompt) {
        throw refused(prompt);
    }

    private static CommandFailed refused(String prompt) {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "'"
                        + prompt
                        + "' is not asked for, because it would stay on the screen: the output goes"
                        + " elsewhere; run the command without that, or give the lines on standard"
                        + " input");
    }
}
