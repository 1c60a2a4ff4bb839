/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Where the device's private keys live: {@link SealedFileKeys} keeps them in sealed storage, a
 * PKCS#11 token or a TPM keeps them in hardware. A key is made inside, is used through the Java
 * security provider it belongs to, and never leaves; no method exports one.
 *
 * <p>Implementations are safe for use by many threads, and a method returns when its effect is
 * durable.
 */
public interface DeviceKeys {

    /** Makes a P-256 key pair under a fresh name of 1 to 64 characters of {@code a-z 0-9 -}. */
    DeviceKey generate() throws IOException;

    /** The key pair under a name, or nothing. */
    Optional<DeviceKey> find(String name) throws IOException;

    /** Destroys a key pair; nothing happens if it is not there. */
    void destroy(String name) throws IOException;

    /** The names of all key pairs that {@link #generate} made and nobody destroyed. */
    SortedSet<String> names() throws IOException;
}
