/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.io.Serial;

/**
 * A backup or a restoration that cannot be. The message is one sentence for the operator: what is
 * wrong and what to do. Whatever had been written is deleted again.
 */
public class BackupRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** A reason of our own. */
    public BackupRefused(String sentence) {
        super(sentence);
    }

    /** A reason from below. */
    public BackupRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
