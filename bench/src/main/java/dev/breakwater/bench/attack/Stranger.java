/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;

/**
 * The owner of a second organization on the same server. There is no way to make one over the
 * network, so it is written to the data of a server that does not run.
 */
final class Stranger {

    private Stranger() {}

    /**
     * The token; the organization is made when it is not there yet.
     *
     * @param home where the fleet is kept
     */
    static String token(Path home) throws IOException {
        Path kept = home.resolve("stranger");
        if (!Files.exists(kept)) {
            Files.createFile(
                    kept,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(kept, create(home.resolve("data")));
        }
        return Files.readString(kept);
    }

    private static String create(Path data) {
        Limits limits = Limits.with(Map.of());
        Clock clock = Clock.systemUTC();
        try (Database database =
                Database.open(
                        new DatabaseLocation.SqliteFile(
                                data.resolve(ServerConfiguration.SQLITE_FILE)),
                        limits)) {
            SqlAuditLog audit = new SqlAuditLog(database, clock);
            return new Accounts(new SqlAccountStore(database, audit), limits, clock)
                    .addOrganization("Stranger", "stranger")
                    .secret()
                    .reveal();
        }
    }
}
