/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.SQLException;

/**
 * A change of the database. It may run more than once before it is committed (when work beside it
 * failed), so it must touch nothing but the transaction; what it throws is handed to whoever
 * submitted it, and nothing of it is stored.
 *
 * @param <T> what it produces
 */
interface Work<T> {
    T run(Transaction transaction) throws SQLException;
}
