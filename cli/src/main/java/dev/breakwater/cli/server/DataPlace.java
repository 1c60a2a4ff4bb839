/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.server.DatabaseKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server's data lie, without what it takes to open them.
 *
 * @param directory the data directory
 * @param databaseUrl of PostgreSQL, as the configuration names it; none for SQLite
 * @param sealingKey where the sealing key is, in words for the operator
 * @param bucket where artifacts are kept, in words for the operator; none for the data directory
 */
public record DataPlace(
        Path directory, Optional<String> databaseUrl, String sealingKey, Optional<String> bucket) {

    /** Which database it is. */
    public DatabaseKind database() {
        return databaseUrl.isPresent() ? DatabaseKind.POSTGRESQL : DatabaseKind.SQLITE;
    }

    /**
     * The PostgreSQL database as its own programs take it. What stands behind the question mark is
     * for the driver, and may be a password.
     */
    public Optional<String> postgres() {
        return databaseUrl.map(url -> url.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", ""));
    }
}
