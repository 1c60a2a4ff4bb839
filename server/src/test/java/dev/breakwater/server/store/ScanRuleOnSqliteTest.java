/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class ScanRuleOnSqliteTest extends ScanRuleContract {

    @TempDir Path directory;

    @Override
    DatabaseLocation location() {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }
}
