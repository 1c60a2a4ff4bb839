/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What the tests of a store share: one database for all of them, a fresh organization for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FleetContract {

    private Database database;
    private Fleet fleet;

    /** Where the database under test lies. */
    abstract DatabaseLocation location() throws Exception;

    @BeforeAll
    void open() throws Exception {
        database = Fleet.open(location());
    }

    @BeforeEach
    void freshFleet() {
        fleet = new Fleet(database);
    }

    @AfterAll
    void close() {
        database.close();
    }

    final Fleet fleet() {
        return fleet;
    }
}
