/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import dev.breakwater.protocol.sealing.SealBroken;

/**
 * Seals what the device stores. {@link WrappingKeyFile} does it with a key in a file; a product
 * with a secure element does it there, and nothing here asks for the key itself.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface WrappingKey {

    /**
     * Seals content with authenticated encryption.
     *
     * @param content at most 1 MiB
     * @param context what the content is; authenticated, not stored, 1 to 1024 bytes
     */
    byte[] seal(byte[] content, byte[] context);

    /**
     * Opens what {@link #seal} made.
     *
     * @throws SealBroken if the bytes were changed, or sealed with another key or context
     */
    byte[] open(byte[] sealed, byte[] context) throws SealBroken;
}
