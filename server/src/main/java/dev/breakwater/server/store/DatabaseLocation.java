/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.file.Path;

/** Where the data lies. */
public sealed interface DatabaseLocation {

    /** A SQLite file, made when it is missing. */
    record SqliteFile(Path file) implements DatabaseLocation {}

    /**
     * A PostgreSQL database, which must exist and belong to the user.
     *
     * @param url a JDBC URL without user and password
     */
    record PostgresServer(String url, String user, String password) implements DatabaseLocation {
        @Override
        public String toString() {
            return "PostgresServer[url=" + url + ", user=" + user + ", password=[REDACTED]]";
        }
    }
}
