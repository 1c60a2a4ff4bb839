/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.member.Membership;

/** Everything that is kept about people. */
public final class SqlMembership {

    private SqlMembership() {}

    public static Membership.Stores over(Database database, SqlAuditLog audit) {
        return new Membership.Stores(
                new SqlMemberStore(database, audit),
                new SqlMemberSessionStore(database, audit),
                new SqlFactorStore(database, audit),
                new SqlLinkStore(database, audit),
                new SqlPasswordResetStore(database, audit),
                new SqlKnownSourceStore(database));
    }
}
