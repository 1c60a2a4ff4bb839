/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.Waiver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where uploads, scanned artifacts, findings and waivers are kept, without the bytes. */
public interface VettingStore {

    /**
     * An upload that was begun.
     *
     * @param artifact what became of it; empty while it is not scanned
     */
    record Upload(
            UploadId id,
            OrganizationId organization,
            ProductId product,
            String name,
            ArtifactHash hash,
            long length,
            Instant begunAt,
            Optional<ArtifactId> artifact) {}

    /** What became of the wish to begin one. */
    sealed interface Beginning {

        /** It is kept; the same wish again leads to the same upload. */
        record Begun(Upload upload) implements Beginning {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Beginning {}

        /** It has as many as it may that are not finished. */
        record TooMany(int most) implements Beginning {}
    }

    /**
     * Keeps an upload, and forgets those that were begun before a moment.
     *
     * @param most uploads that an organization may have begun and not finished
     */
    Beginning begin(Upload fresh, Instant forgotten, int most);

    /** An upload. */
    Optional<Upload> upload(OrganizationId organization, UploadId id);

    /**
     * Keeps what a scan saw; of an artifact that was scanned before, in the place of what was seen
     * then. Waivers stay.
     *
     * @return the artifact as it is kept, with the id of the first scan
     */
    VettedArtifact scanned(
            OrganizationId organization,
            UploadId upload,
            VettedArtifact artifact,
            List<VettedFinding> findings,
            AuditEvent event);

    /**
     * Keeps what another scan of an artifact saw, in the place of what was seen before. Waivers
     * stay.
     *
     * @param seen with the time and the rules of that scan
     * @return the artifact as it is kept; empty if there is none of this id any more
     */
    Optional<VettedArtifact> scannedAgain(
            OrganizationId organization,
            VettedArtifact seen,
            List<VettedFinding> findings,
            AuditEvent event);

    /** An artifact as it stands at a moment. */
    Optional<VettedArtifact> artifact(OrganizationId organization, ArtifactId id, Instant now);

    /** The artifact of a product with this hash. */
    Optional<VettedArtifact> artifact(
            OrganizationId organization, ProductId product, ArtifactHash hash, Instant now);

    /** Those of a product, in the order in which they came. */
    List<VettedArtifact> artifacts(
            OrganizationId organization,
            ProductId product,
            Optional<ArtifactId> after,
            int countMax,
            Instant now);

    /** What was found in an artifact, by number. */
    List<VettedFinding> findings(
            OrganizationId organization, ArtifactId artifact, long after, int countMax);

    /**
     * Keeps a waiver, in the place of an earlier one.
     *
     * @return whether there is such a finding
     */
    boolean waive(
            OrganizationId organization, ArtifactId artifact, Waiver waiver, AuditEvent event);

    /** Takes a waiver back, and says whether there was one. */
    boolean unwaive(
            OrganizationId organization,
            ArtifactId artifact,
            Fingerprint fingerprint,
            AuditEvent event);
}
