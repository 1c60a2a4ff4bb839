/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which database a server's data lie in, as a backup states it. */
public enum DatabaseKind {
    /** In a file of the data directory, which the backup holds. */
    SQLITE,
    /** In a PostgreSQL server, which has backups of its own. */
    POSTGRESQL;

    /** The name in a manifest. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<DatabaseKind> of(String code) {
        return Arrays.stream(values()).filter(kind -> kind.code().equals(code)).findAny();
    }
}
