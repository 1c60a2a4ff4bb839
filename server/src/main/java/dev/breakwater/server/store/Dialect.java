/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.util.Map;

/** What SQLite and PostgreSQL spell differently. Everything else is written once. */
enum Dialect {
    SQLITE("BLOB", "BEGIN IMMEDIATE"),
    POSTGRESQL("BYTEA", "BEGIN");

    private final String blobType;
    private final String begin;

    Dialect(String blobType, String begin) {
        this.blobType = blobType;
        this.begin = begin;
    }

    /** What the migrations leave open. */
    Map<String, String> migrationPlaceholders() {
        return Map.of("blob", blobType);
    }

    /**
     * Opens a transaction that will write: SQLite must take its write lock at once, or a reader's
     * upgrade could fail later.
     */
    String begin() {
        return begin;
    }
}
