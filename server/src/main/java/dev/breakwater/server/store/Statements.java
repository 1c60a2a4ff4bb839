/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements on one connection. Values are always bound, never written into the text: the text
 * of a statement is a constant, which is also what makes caching the prepared form worth it.
 */
class Statements {

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** Reads one row into a value. */
    interface Mapper<T> {
        T map(Row row) throws SQLException;
    }

    /**
     * The rows of a query, at most as many as its LIMIT says; a query without a bound by key or
     * LIMIT is a defect.
     */
    <T> List<T> list(String sql, Mapper<T> mapper, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = bind(sql, values);
        try (ResultSet results = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            Row row = new Row(results);
            while (results.next()) {
                rows.add(mapper.map(row));
            }
            return rows;
        }
    }

    /** The only row of a query by key, or none. */
    <T> Optional<T> one(String sql, Mapper<T> mapper, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = bind(sql, values);
        try (ResultSet results = statement.executeQuery()) {
            return results.next() ? Optional.of(mapper.map(new Row(results))) : Optional.empty();
        }
    }

    /** The number a query such as COUNT or MAX returns; 0 for NULL. */
    long count(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = bind(sql, values);
        try (ResultSet results = statement.executeQuery()) {
            return results.next() ? results.getLong(1) : 0;
        }
    }

    final int execute(String sql, @Nullable Object... values) throws SQLException {
        return bind(sql, values).executeUpdate();
    }

    private PreparedStatement bind(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
        return statement;
    }

    private static void bind(PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case String text -> statement.setString(index, text);
            case byte[] bytes -> statement.setBytes(index, bytes);
            case Long number -> statement.setLong(index, number);
            case Integer number -> statement.setInt(index, number);
            case Boolean flag -> statement.setInt(index, flag ? 1 : 0);
            case Instant at ->
                    statement.setLong(index, ChronoUnit.MICROS.between(Instant.EPOCH, at));
            // Value records of ours and enums: their text is their stored form.
            default -> statement.setString(index, value.toString());
        }
    }

    void closeStatements() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
    }
}
