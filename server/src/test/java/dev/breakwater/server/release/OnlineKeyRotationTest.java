/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;

class OnlineKeyRotationTest extends OnlineKeyRotationContract {

    @Override
    DatabaseLocation location(Path directory) {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }
}
