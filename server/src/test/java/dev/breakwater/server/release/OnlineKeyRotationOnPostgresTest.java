/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.EmbeddedPostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("system")
class OnlineKeyRotationOnPostgresTest extends OnlineKeyRotationContract {

    @Override
    DatabaseLocation location(Path directory) {
        return EmbeddedPostgresServer.freshSchema();
    }
}
