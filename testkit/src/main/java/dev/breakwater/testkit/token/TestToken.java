/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A PKCS#11 token of a test. Its module reads the environment when it is loaded, so whoever uses it
 * is a process of its own with {@link #environment}.
 *
 * <pre>{@code
 * try (TestToken token = SoftHsm.make(directory)) {
 *     ProcessBuilder program = new ProcessBuilder("java", ..., token.library().toString());
 *     program.environment().putAll(token.environment());
 * }
 * }</pre>
 */
public sealed interface TestToken extends AutoCloseable permits SoftHsm, SoftTpm {

    /** The user PIN of every token made here. */
    String PIN = "4711-reef";

    /** The PKCS#11 module. */
    Path library();

    /** A file with {@link #PIN} that only its owner may read. */
    Path pinFile();

    /** What a process that loads the module needs in its environment. */
    Map<String, String> environment();

    /** Takes the token away from whoever uses it, with all it holds. */
    void pullOut() throws IOException;

    /** Puts it back as it was; a TPM has then been started anew. */
    void putBack() throws IOException, InterruptedException;

    @Override
    void close();
}
