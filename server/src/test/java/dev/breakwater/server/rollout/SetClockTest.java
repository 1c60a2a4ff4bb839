/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SetClockTest extends SetClockContract {

    @TempDir Path directory;

    @Override
    DatabaseLocation location() {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }
}
