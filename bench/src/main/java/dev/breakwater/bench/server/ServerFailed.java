/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.io.Serial;

/** A server under test did not do what a benchmark needs of it. */
public final class ServerFailed extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    /** What happened, in words. */
    public ServerFailed(String sentence) {
        super(sentence);
    }

    /** The same with its cause. */
    public ServerFailed(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
