/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.operations.Readiness;
import java.util.Optional;

/** Whether the database answers; whether it takes writes is {@link WriterReadiness}. */
public final class DatabaseReadiness implements Readiness {

    private final Database database;

    /** The readiness of this database. */
    public DatabaseReadiness(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public Optional<String> why() {
        try {
            long answered = database.read(statements -> statements.count("SELECT 1"));
            return answered == 1 ? Optional.empty() : Optional.of("it answers nonsense");
        } catch (StorageUnavailable unavailable) {
            return Optional.of("it does not answer");
        }
    }
}
