/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.SQLException;

/**
 * A read of the database, on a connection that cannot write.
 *
 * @param <T> what it produces
 */
interface Query<T> {
    T run(Statements statements) throws SQLException;
}
