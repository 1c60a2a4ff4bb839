/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.nio.file.Path;

/**
 * Where the key lies that seals every other secret. Never in the data directory: a stolen disk or
 * backup must not open itself.
 */
public sealed interface SealingKeyLocation {

    /**
     * A file of 32 random bytes that only its owner may read; made at the very first start when it
     * is missing.
     */
    record KeyFile(Path file) implements SealingKeyLocation {}

    /**
     * A credential that systemd hands to the service (LoadCredential=), as a path below its
     * credentials directory.
     */
    record SystemdCredential(Path file) implements SealingKeyLocation {}

    /**
     * A passphrase, read from a file descriptor or file that the operator provides at each start.
     */
    record Passphrase(Path file) implements SealingKeyLocation {}
}
