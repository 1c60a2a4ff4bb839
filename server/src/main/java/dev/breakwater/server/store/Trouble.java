/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.SQLException;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failure of the database means for those who wait for it. */
enum Trouble {
    /** No space: refused until there is some. */
    FULL,
    /** A database that is locked, gone or cannot use its disk for now: tried again. */
    PASSING,
    /** Anything else: this write cannot be done. */
    LASTING;

    private static final int PRIMARY_CODE = 0xFF;

    /** The class of PostgreSQL's SQLSTATE for connections that fail or are lost. */
    private static final String CONNECTION_EXCEPTION = "08";

    /** Shut down by an administrator, crashed, not yet up, too many connections, I/O error. */
    private static final Set<String> POSTGRES_PASSING =
            Set.of("57P01", "57P02", "57P03", "53300", "58030");

    private static final String POSTGRES_DISK_FULL = "53100";

    static Trouble of(Throwable failure) {
        return switch (failure) {
            case SQLiteException sqlite -> of(sqlite.getResultCode());
            case SQLException other -> ofState(String.valueOf(other.getSQLState()));
            default -> LASTING;
        };
    }

    private static Trouble of(SQLiteErrorCode code) {
        // The shared memory beside the log is a file too, and grows with it.
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
            return FULL;
        }
        int primary = code.code & PRIMARY_CODE;
        if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
            return FULL;
        }
        boolean passing =
                primary == SQLiteErrorCode.SQLITE_BUSY.code
                        || primary == SQLiteErrorCode.SQLITE_IOERR.code
                        || primary == SQLiteErrorCode.SQLITE_CANTOPEN.code
                        || primary == SQLiteErrorCode.SQLITE_PROTOCOL.code;
        return passing ? PASSING : LASTING;
    }

    private static Trouble ofState(String state) {
        if (state.equals(POSTGRES_DISK_FULL)) {
            return FULL;
        }
        return state.startsWith(CONNECTION_EXCEPTION) || POSTGRES_PASSING.contains(state)
                ? PASSING
                : LASTING;
    }
}
