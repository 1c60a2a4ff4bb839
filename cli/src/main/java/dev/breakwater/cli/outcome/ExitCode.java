/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.outcome;

/** How a command ended. Scripts rely on these numbers; none is ever given another meaning. */
public enum ExitCode {
    /** It did what was asked. */
    OK(0),
    /** The server, or the state of things, refused; the text says why. */
    REFUSED(1),
    /** The command line or the configuration is wrong; nothing was tried. */
    USAGE(2),
    /**
     * Something is missing on this machine: a program, a file, a permission, a free port. Nothing
     * was changed.
     */
    CANNOT_START(3),
    /** The server cannot be reached, or its certificate is not the one expected. */
    UNREACHABLE(4),
    /** A check found something broken, e.g. the audit chain or a step of the demo. */
    CHECK_FAILED(5);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process ends with. */
    public int number() {
        return number;
    }
}
