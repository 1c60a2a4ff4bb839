/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Tells a restored database that it was restored. What happened between the backup and this moment
 * is not in it, and three things must not look as if nothing had happened: the audit log, the
 * numbers of the revocation lists, and the sessions of people, any of which may have been ended
 * since, with the codes of password resets, which may have been used.
 */
public final class SqlRestoration {

    private SqlRestoration() {}

    /**
     * Brings the tables to this version, ends all sessions and codes of password resets, appends to
     * the audit log that the server was restored, and moves the number of the last revocation list
     * beyond those that may have been published since the backup: whoever has one of those takes no
     * lower number (RFC 5280, section 5.2.3). A list is signed once a second at most, so that the
     * seconds since then are enough.
     *
     * @param madeAt when the backup was made
     * @throws StorageUnavailable if the database cannot be used by this version
     */
    public static void record(DatabaseLocation restored, Instant madeAt, Clock clock) {
        Instant now = clock.instant();
        long listsAtMost = Math.max(0, Duration.between(madeAt, now).toSeconds()) + 1;
        try (Database database = Database.open(restored, Limits.defaults())) {
            SqlAuditLog audit = new SqlAuditLog(database, clock);
            Instant _ =
                    database.write(
                            transaction -> {
                                transaction.update(
                                        "UPDATE crl_number SET last = last + ?", listsAtMost);
                                int ended =
                                        transaction.update(
                                                "UPDATE member_session SET ended_us = ?"
                                                        + " WHERE ended_us IS NULL",
                                                now);
                                // A code that was used since would be good a second time.
                                transaction.update("DELETE FROM password_reset");
                                transaction.update("DELETE FROM known_source");
                                audit.append(transaction, restored(madeAt, ended));
                                return now;
                            });
        }
    }

    private static AuditEvent restored(Instant madeAt, int sessionsEnded) {
        return AuditEvent.ofServer(
                new Actor.LocalOperator(),
                AuditAction.SERVER_RESTORED,
                "server",
                Map.of(
                        "backup-made-at",
                        madeAt.toString(),
                        "sessions-ended",
                        Integer.toString(sessionsEnded)));
    }
}
