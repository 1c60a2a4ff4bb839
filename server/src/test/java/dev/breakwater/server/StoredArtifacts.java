/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/** Artifacts in a data directory, as a server leaves them there. */
final class StoredArtifacts {

    private final Path data;
    private final Connections connections;
    private final OrganizationId organization = OrganizationId.fresh();

    interface Connections {
        Connection open() throws SQLException;
    }

    StoredArtifacts(Path data, Connections connections) throws SQLException {
        this.data = data;
        this.connections = connections;
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                            + " VALUES ('%s', 'Reef', 1, 1)".formatted(organization));
            statement.execute(
                    "INSERT INTO product (product_id, organization_id, name, created_us)"
                            + " VALUES ('p', '%s', 'tank', 1)".formatted(organization));
        }
    }

    static NamedArtifact of(OrganizationId organization, String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        return new NamedArtifact(organization, new ArtifactHash(hash), bytes.length);
    }

    /** Stored, and named by the database. */
    NamedArtifact vetted(String content) throws Exception {
        NamedArtifact artifact = unnamed(content);
        try (Connection connection = connections.open();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "INSERT INTO product_artifact (artifact_id, organization_id,"
                                        + " product_id, name, sha256, byte_length, scanned_us)"
                                        + " VALUES (?, ?, 'p', 'tank.zip', ?, ?, 1)")) {
            statement.setString(1, artifact.hash().hex());
            statement.setString(2, organization.toString());
            statement.setString(3, artifact.hash().hex());
            statement.setLong(4, artifact.length());
            statement.executeUpdate();
        }
        return artifact;
    }

    /** Stored, and not scanned yet. */
    NamedArtifact unnamed(String content) throws Exception {
        NamedArtifact artifact = of(organization, content);
        Path file = file(data, artifact);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return artifact;
    }

    /** On its way. */
    void arriving(String content) throws Exception {
        Path incoming = data.resolve("artifacts/" + organization + "/incoming");
        Files.createDirectories(incoming);
        String hash = of(organization, content).hash().hex();
        Files.writeString(incoming.resolve(hash + ".part"), content);
        Files.writeString(incoming.resolve(hash + ".progress"), "9 9");
    }

    /** Where it lies in a data directory, or below a backup's own. */
    static Path file(Path data, NamedArtifact artifact) {
        return data.resolve("artifacts")
                .resolve(DirectoryArtifacts.name(artifact.organization(), artifact.hash()));
    }
}
