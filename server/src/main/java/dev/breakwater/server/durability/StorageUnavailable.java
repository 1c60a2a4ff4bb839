/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import java.io.Serial;

/**
 * The store could not take a write or answer a read: database gone, queue full, or, as {@link
 * StorageFull}, no space left. Nothing of the write is stored.
 */
public sealed class StorageUnavailable extends RuntimeException permits StorageFull {

    @Serial private static final long serialVersionUID = 1;

    /** For a refusal of our own, such as a full queue. */
    public StorageUnavailable(String message) {
        super(message);
    }

    /** For a failure below us. */
    public StorageUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
