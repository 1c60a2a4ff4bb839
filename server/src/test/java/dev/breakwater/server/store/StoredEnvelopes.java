/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;

/** Everything about sealed payloads over a real database, with a sealing key of its own. */
public final class StoredEnvelopes {

    private StoredEnvelopes() {}

    /** What was kept under another sealing key before does not open here. */
    public static Envelopes over(
            Database database,
            SqlAuditLog audit,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        SqlSealingStore store = new SqlSealingStore(database, audit);
        return Envelopes.over(
                new SqlEnvelopeKeyStore(database, audit),
                store,
                store,
                SealingKey.random(),
                sessions,
                limits,
                clock);
    }
}
