/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Where the device's private keys live: {@link SealedFileKeys} keeps them in sealed storage, {@link
 * TpmKeys} in a TPM, {@link Pkcs11Keys} in a PKCS#11 token. A key is made inside, is used through
 * the Java security provider it belongs to, and never leaves; no method exports one.
 *
 * <p>A place that does not answer, or answers nonsense, is a {@link KeyUnavailable}, never an empty
 * result: nobody may take a token that was pulled out for one that never held a key.
 *
 * <p>Implementations are safe for use by many threads, and a method returns when its effect is
 * durable.
 */
public interface DeviceKeys {

    /** What stands between these keys and a thief. */
    KeyProtection protection();

    /** What can prove to a server that these keys live in hardware, if anything here can. */
    default Optional<Attester> attester() {
        return Optional.empty();
    }

    /** Makes a P-256 key pair under a fresh name of 1 to 64 characters of {@code a-z 0-9 -}. */
    DeviceKey generate() throws IOException;

    /** The key pair under a name, or nothing. */
    Optional<DeviceKey> find(String name) throws IOException;

    /** Destroys a key pair; nothing happens if it is not there. */
    void destroy(String name) throws IOException;

    /**
     * The key by which this device is known while it is being set up, made when it is first asked
     * for: its hash stands on the label, and whoever owns the device proves with it that this is
     * the one. It is not among {@link #names} and cannot be destroyed, since the label lasts as
     * long as the device and its next owner needs it.
     */
    DeviceKey setupKey() throws IOException;

    /** The names of all key pairs that {@link #generate} made and nobody destroyed. */
    SortedSet<String> names() throws IOException;
}
