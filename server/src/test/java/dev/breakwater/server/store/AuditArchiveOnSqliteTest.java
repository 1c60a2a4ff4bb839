/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class AuditArchiveOnSqliteTest extends AuditArchiveContract {

    @TempDir private Path folder;

    @Override
    DatabaseLocation location() {
        return new DatabaseLocation.SqliteFile(folder.resolve("breakwater.db"));
    }
}
