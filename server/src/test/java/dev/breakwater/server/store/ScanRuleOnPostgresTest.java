/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import org.junit.jupiter.api.Tag;

@Tag("system")
final class ScanRuleOnPostgresTest extends ScanRuleContract {

    @Override
    DatabaseLocation location() {
        return EmbeddedPostgresServer.freshSchema();
    }
}
