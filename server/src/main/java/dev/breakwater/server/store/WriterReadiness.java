/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.operations.Readiness;
import java.util.Optional;

/**
 * Whether the database takes writes: a transaction that changes nothing passes the committing
 * thread as any other does, behind those that wait. It costs no fsync, and so it does not notice a
 * disk that is full: that shows in the metric of refused writes.
 */
public final class WriterReadiness implements Readiness {

    private final Database database;

    /** The readiness of this database's writer. */
    public WriterReadiness(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "writes";
    }

    @Override
    public Optional<String> why() {
        try {
            long answered = database.write(transaction -> transaction.count("SELECT 1"));
            return answered == 1 ? Optional.empty() : Optional.of("it answers nonsense");
        } catch (StorageUnavailable unavailable) {
            return Optional.of("the database takes none");
        }
    }
}
