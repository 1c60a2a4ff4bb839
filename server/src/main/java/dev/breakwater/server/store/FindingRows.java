/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.Waiver;
import dev.breakwater.server.vetting.ArtifactId;
import dev.breakwater.server.vetting.VettedFinding;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What was found in an artifact, one row each. */
final class FindingRows {

    private FindingRows() {}

    /** Puts these in the place of those that were found before. */
    static void replace(
            Transaction transaction,
            OrganizationId organization,
            ArtifactId artifact,
            List<VettedFinding> findings)
            throws SQLException {
        transaction.update(
                "DELETE FROM artifact_finding WHERE organization_id = ? AND artifact_id = ?",
                organization,
                artifact);
        for (VettedFinding finding : findings) {
            insert(transaction, organization, artifact, finding);
        }
    }

    private static void insert(
            Transaction transaction,
            OrganizationId organization,
            ArtifactId artifact,
            VettedFinding finding)
            throws SQLException {
        transaction.update(
                "INSERT INTO artifact_finding (artifact_id, place_number, organization_id,"
                        + " fingerprint, finding_kind, rule_id, description, place, byte_offset,"
                        + " excerpt, occurrences, blocks)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                artifact,
                finding.number(),
                organization,
                finding.fingerprint().hex(),
                finding.kind(),
                finding.rule(),
                finding.description(),
                finding.place(),
                finding.offset(),
                finding.excerpt(),
                finding.occurrences(),
                finding.blocks());
    }

    /** Reads one, with its waiver. */
    static VettedFinding finding(Row row) throws SQLException {
        Fingerprint fingerprint = new Fingerprint(row.text("fingerprint"));
        Optional<Waiver> waiver = Optional.empty();
        Optional<String> member = row.optionalText("member_id");
        if (member.isPresent()) {
            waiver =
                    Optional.of(
                            new Waiver(
                                    fingerprint,
                                    UUID.fromString(member.get()),
                                    row.text("reason"),
                                    row.instant("given_us"),
                                    row.instant("expires_us")));
        }
        return new VettedFinding(
                row.number("place_number"),
                fingerprint,
                row.text("finding_kind"),
                row.text("rule_id"),
                row.text("description"),
                row.text("place"),
                row.number("byte_offset"),
                row.text("excerpt"),
                row.number("occurrences"),
                row.flag("blocks"),
                waiver);
    }
}
