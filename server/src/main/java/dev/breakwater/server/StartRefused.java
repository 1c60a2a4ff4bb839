/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.io.Serial;

/**
 * The server cannot start. The message is one sentence for the operator: what is wrong and what to
 * do. Nothing that was there is changed; a first start may leave the claimed, still empty data
 * directory and a new sealing key, which the next start uses.
 */
public final class StartRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** A reason of our own. */
    public StartRefused(String sentence) {
        super(sentence);
    }

    /** A reason from below. */
    public StartRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
