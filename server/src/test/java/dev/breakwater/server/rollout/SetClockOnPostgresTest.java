/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.EmbeddedPostgresServer;
import org.junit.jupiter.api.Tag;

@Tag("system")
class SetClockOnPostgresTest extends SetClockContract {

    @Override
    DatabaseLocation location() {
        return EmbeddedPostgresServer.freshSchema();
    }
}
