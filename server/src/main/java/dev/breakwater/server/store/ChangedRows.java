/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.TokenId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction changes of the rows that may be remembered. It is read off the statements
 * themselves, so that no store can forget to tell: one that changes such a table and does not name
 * its rows by key counts as a change of all of them. New rows are no change, for nothing is
 * remembered of a row that is not there.
 */
final class ChangedRows {

    private final Map<String, Effect> effects = new HashMap<>();
    private final Set<Object> rows = new HashSet<>();
    private boolean all;

    /** The tables of which rows are remembered, and what names a row. */
    private enum Table {
        API_TOKEN("api_token", "token_id", TokenId.class),
        DEVICE("device", "device_id", DeviceId.class),
        ORGANIZATION("organization", "organization_id", OrganizationId.class);

        private final String name;
        private final String key;
        private final Class<?> id;

        Table(String name, String key, Class<?> id) {
            this.name = name;
            this.key = key;
            this.id = id;
        }
    }

    /**
     * What a statement does to the tables above.
     *
     * @param ids the type of the values that name the rows it changes; empty if they are not named
     */
    private record Effect(boolean changes, Optional<Class<?>> ids) {

        private static final Effect NONE = new Effect(false, Optional.empty());

        static Effect of(String sql) {
            for (Table table : Table.values()) {
                if (sql.startsWith("UPDATE " + table.name + " ")
                        || sql.startsWith("DELETE FROM " + table.name + " ")) {
                    int where = sql.indexOf(" WHERE ");
                    boolean byKey =
                            where >= 0
                                    && (sql.indexOf(" " + table.key + " = ?", where) > 0
                                            || sql.indexOf(" " + table.key + " IN (?", where) > 0);
                    return new Effect(true, byKey ? Optional.of(table.id) : Optional.empty());
                }
                if (sql.startsWith("INSERT INTO " + table.name + " ")
                        && sql.contains("ON CONFLICT")) {
                    return new Effect(true, Optional.empty());
                }
            }
            return NONE;
        }
    }

    /** A statement is about to be run with these values. */
    void note(String sql, @Nullable Object... values) {
        Effect effect = effects.get(sql);
        if (effect == null) {
            effect = Effect.of(sql);
            effects.put(sql, effect);
        }
        if (effect.changes) {
            add(effect, values);
        }
    }

    private void add(Effect effect, @Nullable Object... values) {
        if (effect.ids.isEmpty()) {
            all = true;
            return;
        }
        boolean named = false;
        for (Object value : values) {
            if (effect.ids.get().isInstance(value)) {
                rows.add(value);
                named = true;
            }
        }
        all |= !named;
    }

    /** A new transaction begins: what the one before it changed was told, or rolled back. */
    void clear() {
        rows.clear();
        all = false;
    }

    /** The transaction is committed, or may be. */
    void tell(Changes changes) {
        if (all) {
            changes.raiseAll();
        }
        changes.raise(rows);
    }
}
