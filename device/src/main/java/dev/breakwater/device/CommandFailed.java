/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.io.Serial;

/** A handler could not carry a command out. The text goes to the person who gave the command. */
public final class CommandFailed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** The text says what was refused, the limit, and what to do; at most 1 KiB, no secrets. */
    public CommandFailed(String message) {
        super(message);
    }
}
