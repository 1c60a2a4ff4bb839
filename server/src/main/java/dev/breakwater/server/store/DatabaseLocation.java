/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.file.Path;
import java.util.Optional;

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

        /** Refuses another machine that does not have to prove its name by TLS. */
        public PostgresServer {
            Optional<String> objection = PostgresUrl.objection(url);
            if (objection.isPresent()) {
                throw new IllegalArgumentException("the database's URL " + objection.get());
            }
        }

        @Override
        public String toString() {
            return "PostgresServer[url=" + url + ", user=" + user + ", password=[REDACTED]]";
        }
    }
}
