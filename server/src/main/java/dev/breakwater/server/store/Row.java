/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * One row of a result, by column name. Times are microseconds since 1970, identifiers canonical
 * UUID texts.
 */
final class Row {

    private final ResultSet results;

    Row(ResultSet results) {
        this.results = results;
    }

    String text(String column) throws SQLException {
        String value = results.getString(column);
        if (value == null) {
            throw new SQLException("column " + column + " is null where a value belongs");
        }
        return value;
    }

    Optional<String> optionalText(String column) throws SQLException {
        return Optional.ofNullable(results.getString(column));
    }

    UUID uuid(String column) throws SQLException {
        return UUID.fromString(text(column));
    }

    long number(String column) throws SQLException {
        return results.getLong(column);
    }

    int integer(String column) throws SQLException {
        return results.getInt(column);
    }

    Optional<Integer> optionalInteger(String column) throws SQLException {
        int value = results.getInt(column);
        return results.wasNull() ? Optional.empty() : Optional.of(value);
    }

    boolean flag(String column) throws SQLException {
        return results.getInt(column) != 0;
    }

    Instant instant(String column) throws SQLException {
        return Instant.EPOCH.plus(results.getLong(column), ChronoUnit.MICROS);
    }

    Optional<Instant> optionalInstant(String column) throws SQLException {
        long micros = results.getLong(column);
        return results.wasNull()
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    byte[] bytes(String column) throws SQLException {
        byte[] value = results.getBytes(column);
        if (value == null) {
            throw new SQLException("column " + column + " is null where bytes belong");
        }
        return value;
    }

    Optional<byte[]> optionalBytes(String column) throws SQLException {
        return Optional.ofNullable(results.getBytes(column));
    }
}
