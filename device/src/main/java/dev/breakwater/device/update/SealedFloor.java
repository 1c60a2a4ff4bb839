/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The floor in sealed storage, to be one that outlives an erasure: the next owner must not get an
 * older version either. A floor that cannot be read is an error and never taken for 0.
 */
public final class SealedFloor implements RollbackFloor {

    private static final String NAME = "update-floor";

    private final SealedStorage storage;

    /** Keeps the floor here; the storage's manifest declares {@code update-floor}. */
    public SealedFloor(SealedStorage storage) {
        this.storage = storage;
    }

    @Override
    public synchronized long floor() throws IOException {
        Optional<byte[]> stored = stored();
        if (stored.isEmpty()) {
            return 0;
        }
        if (stored.get().length != Long.BYTES) {
            throw new FloorUnavailable("what is stored is not one we wrote");
        }
        return ByteBuffer.wrap(stored.get()).getLong();
    }

    private Optional<byte[]> stored() throws IOException {
        try {
            return storage.read(NAME);
        } catch (SealedStorage.Damaged changed) {
            throw new FloorUnavailable(String.valueOf(changed.getMessage()), changed);
        }
    }

    @Override
    public synchronized void raise(long to) throws IOException {
        if (to > floor()) {
            storage.write(NAME, ByteBuffer.allocate(Long.BYTES).putLong(to).array());
        }
    }
}
