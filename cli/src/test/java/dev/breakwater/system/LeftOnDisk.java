/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/** What a killed server left in its SQLite file, read without a server. */
final class LeftOnDisk {

    private final Path database;

    LeftOnDisk(Path database) {
        this.database = database;
    }

    /**
     * Checks the audit chain.
     *
     * @param keptHead what an earlier check found at its end, which must still be in it
     */
    AuditChain.Verdict audit(Optional<String> keptHead) {
        try (AuditArchive archive = AuditArchive.open(new DatabaseLocation.SqliteFile(database))) {
            return archive.verify(keptHead);
        }
    }

    /** SHA-256 of every certificate that the registry admits, recorded by the CA or not. */
    Set<String> registered() throws SQLException {
        Set<String> fingerprints = new HashSet<>();
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT fingerprint FROM credential")) {
            while (rows.next()) {
                fingerprints.add(rows.getString(1));
            }
        }
        return fingerprints;
    }

    /** SHA-256 of every certificate that the CA's ledger holds, taken from its bytes. */
    Set<String> recorded() throws SQLException, GeneralSecurityException {
        Set<String> fingerprints = new HashSet<>();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT certificate FROM issuance WHERE recorded_us IS NOT NULL")) {
            while (rows.next()) {
                fingerprints.add(HexFormat.of().formatHex(sha256.digest(rows.getBytes(1))));
            }
        }
        return fingerprints;
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database.toUri() + "?mode=ro");
    }
}
