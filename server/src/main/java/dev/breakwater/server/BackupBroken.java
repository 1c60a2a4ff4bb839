/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.io.Serial;

/** The backup is not what its manifest says, or has none. */
public final class BackupBroken extends BackupRefused {

    @Serial private static final long serialVersionUID = 1;

    /** What does not fit, and what to do. */
    public BackupBroken(String sentence) {
        super(sentence);
    }

    /** The same, with what was met when it was read. */
    public BackupBroken(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
