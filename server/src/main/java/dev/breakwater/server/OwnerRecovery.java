/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.OwnerReset;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.store.SqlPasswordResetStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * The last way back for an owner who forgot their password when nobody else of the organization
 * could help: whoever may write to the data of a stopped server has the same secret made that
 * another owner could have made. It opens what any such secret opens and nothing else, and the
 * audit log names the operator.
 */
public final class OwnerRecovery {

    private final Path data;
    private final DatabaseLocation database;
    private final Clock clock;

    /**
     * Prepares.
     *
     * @param data the data directory of a server that does not run
     * @param database where that server keeps its data
     */
    public OwnerRecovery(Path data, DatabaseLocation database, Clock clock) {
        this.data = data;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Makes the secret.
     *
     * @param organization which one, for an owner of several
     * @throws StartRefused with one sentence for the operator; nothing is changed then
     */
    public OwnerReset.Outcome issue(String email, Optional<OrganizationId> organization)
            throws StartRefused {
        requireOurs();
        // The lock is the running server's, so that two never write one audit chain.
        try (DataDirectory _ = DataDirectory.open(data);
                Database open = Database.open(database, Limits.defaults())) {
            SqlAuditLog audit = new SqlAuditLog(open, clock);
            return new OwnerReset(
                            new SqlMemberStore(open, audit),
                            new SqlPasswordResetStore(open, audit),
                            clock)
                    .issue(email, organization);
        } catch (IOException | StorageUnavailable failed) {
            throw new StartRefused(
                    "no code was made: "
                            + failed.getMessage()
                            + "; look at the disk and the user's rights",
                    failed);
        }
    }

    /** A mistyped directory must not become a new one. */
    private void requireOurs() throws StartRefused {
        try {
            if (!DataDirectory.isClaimed(data)) {
                throw new StartRefused(
                        data
                                + " is not a data directory of this version; name the server's with --config");
            }
        } catch (IOException unreadable) {
            throw new StartRefused(
                    "the data directory "
                            + data
                            + " cannot be read: "
                            + DataDirectory.why(unreadable)
                            + "; run this as the user who runs the server",
                    unreadable);
        }
    }
}
