/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Which artifacts a database names, of all organizations: those that were scanned, and those that a
 * published release installs. An upload that goes on is none of them. Nothing is changed, and
 * nothing brought to this version.
 */
public final class ArtifactNames {

    private static final String TABLE = "product_artifact";

    private ArtifactNames() {}

    /**
     * Reads them.
     *
     * @return none if the database is from before there were artifacts
     * @throws StorageUnavailable if it cannot be read or is not Breakwater's
     */
    public static List<NamedArtifact> read(DatabaseLocation location) {
        try (Connection connection = ReadOnlyConnection.open(location)) {
            if (!hasArtifacts(connection)) {
                return List.of();
            }
            Statements statements = new Statements(connection);
            List<NamedArtifact> names =
                    statements.list(
                            "SELECT organization_id, sha256, max(byte_length) AS byte_length FROM ("
                                    + "SELECT organization_id, sha256, byte_length"
                                    + " FROM product_artifact UNION ALL"
                                    + " SELECT organization_id, sha256, byte_length"
                                    + " FROM product_release WHERE state = 'published') named"
                                    + " GROUP BY organization_id, sha256"
                                    + " ORDER BY organization_id, sha256",
                            row ->
                                    new NamedArtifact(
                                            new OrganizationId(row.uuid("organization_id")),
                                            new ArtifactHash(row.text("sha256")),
                                            row.number("byte_length")));
            statements.closeStatements();
            connection.rollback();
            return names;
        } catch (SQLException unreadable) {
            throw new StorageUnavailable(
                    "the database cannot say which artifacts it names: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /** In whichever schema the tables are. */
    private static boolean hasArtifacts(Connection connection) throws SQLException {
        try (ResultSet tables =
                connection.getMetaData().getTables(null, null, TABLE, new String[] {"TABLE"})) {
            return tables.next();
        }
    }
}
