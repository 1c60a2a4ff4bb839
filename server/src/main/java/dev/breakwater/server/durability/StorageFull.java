/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import java.io.Serial;

/**
 * The disk is full, or the space that the database may use. Nothing of the write is stored; writes
 * go on by themselves when there is space again.
 */
public final class StorageFull extends StorageUnavailable {

    @Serial private static final long serialVersionUID = 1;

    /** For what the database said. */
    public StorageFull(Throwable cause) {
        super("the database's disk is full: " + cause.getMessage(), cause);
    }
}
