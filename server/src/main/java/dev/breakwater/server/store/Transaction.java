/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction a piece of {@link Work} runs in. There is one writer, so what work has read in it
 * cannot change before it is committed: "look, decide, write" needs no lock.
 */
final class Transaction extends Statements {

    private final ChangedRows changed = new ChangedRows();

    Transaction(Connection connection) {
        super(connection);
    }

    /** Changes rows; returns how many. */
    int update(String sql, @Nullable Object... values) throws SQLException {
        changed.note(sql, values);
        return execute(sql, values);
    }

    /** What it has changed so far of what may be remembered. */
    ChangedRows changed() {
        return changed;
    }
}
