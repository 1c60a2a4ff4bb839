/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

final class EndorsementOnSqliteTest extends EndorsementContract {

    @TempDir Path directory;

    @Override
    DatabaseLocation location() {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }
}
