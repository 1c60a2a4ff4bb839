/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.util.Map;

/** What SQLite and PostgreSQL spell differently. Everything else is written once. */
enum Dialect {
    SQLITE("BLOB", "INTEGER PRIMARY KEY", "BEGIN IMMEDIATE"),
    POSTGRESQL("BYTEA", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BEGIN");

    private final String blobType;
    private final String sequenceKey;
    private final String begin;

    Dialect(String blobType, String sequenceKey, String begin) {
        this.blobType = blobType;
        this.sequenceKey = sequenceKey;
        this.begin = begin;
    }

    /**
     * What the migrations leave open: the type of bytes, and the type of a key that the database
     * counts up by itself, which is also the order in which the rows lie.
     */
    Map<String, String> migrationPlaceholders() {
        return Map.of("blob", blobType, "sequence_key", sequenceKey);
    }

    /**
     * Opens a transaction that will write: SQLite must take its write lock at once, or a reader's
     * upgrade could fail later.
     */
    String begin() {
        return begin;
    }
}
