/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.util.Map;

/** What SQLite and PostgreSQL spell differently. Everything else is written once. */
enum Dialect {
    SQLITE("BEGIN IMMEDIATE"),
    POSTGRESQL("BEGIN");

    private final String begin;

    Dialect(String begin) {
        this.begin = begin;
    }

    /**
     * What the migrations leave open: the type of bytes; the type of a key that the database counts
     * up by itself and of one that we count, in whose order the rows lie; and what makes the rows
     * of a table lie in the order of its key, whatever that is.
     */
    Map<String, String> migrationPlaceholders() {
        return switch (this) {
            case SQLITE ->
                    Map.of(
                            "blob", "BLOB",
                            "sequence_key", "INTEGER PRIMARY KEY",
                            "number_key", "INTEGER PRIMARY KEY",
                            "clustered", " WITHOUT ROWID");
            case POSTGRESQL ->
                    Map.of(
                            "blob", "BYTEA",
                            "sequence_key", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                            "number_key", "BIGINT PRIMARY KEY",
                            "clustered", "");
        };
    }

    /**
     * Opens a transaction that will write: SQLite must take its write lock at once, or a reader's
     * upgrade could fail later.
     */
    String begin() {
        return begin;
    }
}
