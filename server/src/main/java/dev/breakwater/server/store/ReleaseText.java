/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.release.ReleaseState;
import java.sql.SQLException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A release as a row; its description is kept as it was signed. */
final class ReleaseText {

    private ReleaseText() {}

    static String of(ReleaseDescription description) {
        return description.toCustom().toString();
    }

    static Release release(Row row) throws SQLException {
        String sha256 = row.text("sha256");
        long length = row.number("byte_length");
        return new Release(
                new ReleaseId(row.uuid("release_id")),
                new OrganizationId(row.uuid("organization_id")),
                new ProductId(row.uuid("product_id")),
                row.text("path"),
                length,
                new ReleaseHash(sha256),
                description(row.text("description"), length, sha256),
                ReleaseState.of(row.text("state")),
                row.instant("published_us"));
    }

    private static ReleaseDescription description(String text, long length, String sha256)
            throws SQLException {
        if (!(JsonMapper.shared().readTree(text) instanceof ObjectNode custom)) {
            throw new SQLException("the description of a release is no object");
        }
        try {
            return ReleaseDescription.of(
                    new TargetFile(length, new FileHashes(Map.of("sha256", sha256)), custom));
        } catch (MalformedMetadata damaged) {
            throw new SQLException("the description of a release is damaged", damaged);
        }
    }
}
