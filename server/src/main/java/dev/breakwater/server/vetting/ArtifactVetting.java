/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.ArtifactUpload;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.Waiver;
import dev.breakwater.server.vetting.VettingStore.Beginning;
import dev.breakwater.server.vetting.VettingStore.Upload;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes artifacts in, has them scanned, and says whether they may ship. All of it blocks. */
public final class ArtifactVetting implements AutoCloseable {

    private final VettingStore store;
    private final ArtifactStore artifacts;
    private final ScanRules rules;
    private final Scans scans;
    private final ScansAgain again;
    private final Duration uploadLife;
    private final int uploadsMax;
    private final Clock clock;

    /** What came of the wish to upload. */
    public sealed interface Begun {

        /** Parts are taken from {@code received} on. */
        record Open(Upload upload, long received) implements Begun {}

        /** The organization has no such product. */
        record NoSuchProduct() implements Begun {}

        /** A limit does not let it; the text says which. */
        record Refused(String text) implements Begun {}
    }

    /**
     * How far an upload is.
     *
     * @param received bytes that are on disk
     * @param scanning whether it is looked through just now
     */
    public record Progress(Upload upload, long received, boolean scanning) {}

    /** What came of completing an upload. */
    public sealed interface Completion {

        /** It is stored and was scanned. */
        record Vetted(VettedArtifact artifact) implements Completion {}

        /** It is stored, and the scan goes on; asking again leads to its end. */
        record Scanning() implements Completion {}

        /** Parts are missing. */
        record Incomplete(long received) implements Completion {}

        /** Its bytes have another hash, and are gone. */
        record WrongHash(ArtifactHash actual) implements Completion {}

        /** There is no such upload, or not any more. */
        record Gone() implements Completion {}
    }

    /** Wires them. */
    public ArtifactVetting(
            VettingStore store,
            ScanRules rules,
            ArtifactStore artifacts,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.rules = rules;
        this.artifacts = artifacts;
        this.scans = new Scans(artifacts, rules, limits);
        this.again = new ScansAgain(store, artifacts, scans, clock);
        this.uploadLife = limits.seconds(Limit.ARTIFACT_UPLOAD_SECONDS);
        this.uploadsMax = limits.of(Limit.ARTIFACT_UPLOADS_PER_ORGANIZATION);
        this.clock = clock;
    }

    /** Begins an upload, or goes on with the one that the same wish began before. */
    public Begun begin(
            OrganizationId organization,
            ProductId product,
            ArtifactHash hash,
            long length,
            String name) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Upload fresh =
                new Upload(
                        UploadId.fresh(),
                        organization,
                        product,
                        name,
                        hash,
                        length,
                        now,
                        Optional.empty());
        return switch (store.begin(fresh, now.minus(uploadLife), uploadsMax)) {
            case Beginning.NoSuchProduct() -> new Begun.NoSuchProduct();
            case Beginning.TooMany(int most) ->
                    new Begun.Refused(
                            "%d uploads have begun and are not finished, as many as there may be"
                                    .formatted(most));
            case Beginning.Begun(Upload upload) -> begun(upload);
        };
    }

    private Begun begun(Upload upload) {
        return switch (artifacts.begin(upload.organization(), upload.hash(), upload.length())) {
            case ArtifactStore.Begun.Open(ArtifactUpload open) ->
                    new Begun.Open(upload, open.received());
            case ArtifactStore.Begun.AlreadyStored(StoredArtifact artifact) ->
                    artifact.length() == upload.length()
                            ? new Begun.Open(upload, artifact.length())
                            : new Begun.Refused(
                                    "an artifact of this hash has %d bytes"
                                            .formatted(artifact.length()));
            case ArtifactStore.Begun.LengthRefused(long most) ->
                    new Begun.Refused("an artifact has 1 to %d bytes".formatted(most));
            case ArtifactStore.Begun.OrganizationFull(long used, long most) ->
                    new Begun.Refused(
                            "all artifacts would have more than the %d bytes that they may; %d are"
                                            .formatted(most, used)
                                    + " in use");
            case ArtifactStore.Begun.TooManyUploads(int most) ->
                    new Begun.Refused(
                            "%d uploads have begun and are not finished, as many as there may be"
                                    .formatted(most));
            case ArtifactStore.Begun.DiskFull(long free, _) ->
                    new Begun.Refused("the server's disk has only %d bytes free".formatted(free));
        };
    }

    /** How far an upload is; empty if there is none of this id. */
    public Optional<Progress> progress(OrganizationId organization, UploadId id) {
        return store.upload(organization, id)
                .flatMap(
                        upload ->
                                received(upload)
                                        .map(
                                                received ->
                                                        new Progress(
                                                                upload,
                                                                received,
                                                                scans.isRunning(id.uuid()))));
    }

    private Optional<Long> received(Upload upload) {
        return begun(upload) instanceof Begun.Open(_, long received)
                ? Optional.of(received)
                : Optional.empty();
    }

    /**
     * Takes the next part; {@link ArtifactUpload.Appended.Gone} also if there is no such upload.
     */
    public ArtifactUpload.Appended append(
            OrganizationId organization, UploadId id, long offset, byte[] part) {
        Optional<Upload> upload = store.upload(organization, id);
        if (upload.isEmpty()) {
            return new ArtifactUpload.Appended.Gone();
        }
        return switch (artifacts.begin(organization, upload.get().hash(), upload.get().length())) {
            case ArtifactStore.Begun.Open(ArtifactUpload open) -> open.append(offset, part);
            case ArtifactStore.Begun.AlreadyStored(StoredArtifact artifact) ->
                    new ArtifactUpload.Appended.OutOfOrder(artifact.length());
            case ArtifactStore.Begun.LengthRefused _,
                    ArtifactStore.Begun.OrganizationFull _,
                    ArtifactStore.Begun.TooManyUploads _,
                    ArtifactStore.Begun.DiskFull _ ->
                    new ArtifactUpload.Appended.Gone();
        };
    }

    /** Compares the hash and scans. An upload that was completed says again what came of it. */
    public Completion complete(OrganizationId organization, UploadId id, Actor actor) {
        Optional<Upload> found = store.upload(organization, id);
        if (found.isEmpty()) {
            return new Completion.Gone();
        }
        Upload upload = found.get();
        if (upload.artifact().isPresent()) {
            return store.artifact(organization, upload.artifact().get(), clock.instant())
                    .<Completion>map(Completion.Vetted::new)
                    .orElseGet(Completion.Gone::new);
        }
        return switch (artifacts.begin(organization, upload.hash(), upload.length())) {
            case ArtifactStore.Begun.AlreadyStored _ -> scanned(upload, actor);
            case ArtifactStore.Begun.Open(ArtifactUpload open) ->
                    switch (open.finish()) {
                        case ArtifactUpload.Finished.Stored _ -> scanned(upload, actor);
                        case ArtifactUpload.Finished.Incomplete(long received) ->
                                new Completion.Incomplete(received);
                        case ArtifactUpload.Finished.WrongHash(ArtifactHash actual) ->
                                new Completion.WrongHash(actual);
                        case ArtifactUpload.Finished.Gone() -> new Completion.Gone();
                    };
            case ArtifactStore.Begun.LengthRefused _,
                    ArtifactStore.Begun.OrganizationFull _,
                    ArtifactStore.Begun.TooManyUploads _,
                    ArtifactStore.Begun.DiskFull _ ->
                    new Completion.Gone();
        };
    }

    private Completion scanned(Upload upload, Actor actor) {
        Scans.Subject subject =
                new Scans.Subject(
                        upload.id().uuid(),
                        upload.organization(),
                        upload.name(),
                        upload.hash(),
                        upload.length(),
                        false);
        return switch (scans.result(subject, (by, report) -> kept(upload, by, report, actor))) {
            case Scans.Result.Kept(VettedArtifact artifact) -> new Completion.Vetted(artifact);
            case Scans.Result.GoesOn _, Scans.Result.TooMany _ -> new Completion.Scanning();
        };
    }

    private VettedArtifact kept(Upload upload, RuleSet by, ScanReport report, Actor actor) {
        List<VettedFinding> findings = VettedFinding.of(report);
        VettedArtifact artifact =
                new VettedArtifact(
                        ArtifactId.fresh(),
                        upload.organization(),
                        upload.product(),
                        upload.name(),
                        upload.hash(),
                        upload.length(),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        Optional.of(by),
                        VettedFinding.blocking(findings));
        return store.scanned(
                upload.organization(), upload.id(), artifact, findings, artifact.scanned(actor));
    }

    /** The rules by which artifacts are scanned. */
    public ScanRules rules() {
        return rules;
    }

    /** Scans of what was scanned before. */
    public ScansAgain again() {
        return again;
    }

    /** An artifact as it stands now. */
    public Optional<VettedArtifact> artifact(OrganizationId organization, ArtifactId id) {
        return store.artifact(organization, id, clock.instant());
    }

    /** The artifact of a product with this hash, as it stands now. */
    public Optional<VettedArtifact> artifact(
            OrganizationId organization, ProductId product, ArtifactHash hash) {
        return store.artifact(organization, product, hash, clock.instant())
                .filter(artifact -> artifacts.find(organization, hash).isPresent());
    }

    /** The bytes of an artifact, if they are stored. */
    public Optional<StoredArtifact> stored(OrganizationId organization, VettedArtifact artifact) {
        return artifacts.find(organization, artifact.hash());
    }

    /** Reads so many bytes of it from here on; empty if it is gone. */
    public Optional<ReadableByteChannel> open(
            OrganizationId organization, StoredArtifact stored, long offset, long length) {
        return artifacts.open(organization, stored.hash(), offset, length);
    }

    /** Those of a product, in the order in which they came. */
    public List<VettedArtifact> artifacts(
            OrganizationId organization,
            ProductId product,
            Optional<ArtifactId> after,
            int countMax) {
        return store.artifacts(organization, product, after, countMax, clock.instant());
    }

    /** What was found in an artifact, from behind a number on. */
    public List<VettedFinding> findings(
            OrganizationId organization, ArtifactId artifact, long after, int countMax) {
        return store.findings(organization, artifact, after, countMax);
    }

    /**
     * Lets a finding ship on a member's word.
     *
     * @return whether there is such a finding
     * @throws IllegalArgumentException if the reason says nothing or too much, or the time is none
     */
    public boolean waive(
            OrganizationId organization,
            ArtifactId artifact,
            Fingerprint fingerprint,
            MemberId member,
            String reason,
            Instant expires,
            Actor actor) {
        Waiver waiver =
                new Waiver(
                        fingerprint,
                        member.uuid(),
                        reason,
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        expires.truncatedTo(ChronoUnit.MICROS));
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.ARTIFACT_FINDING_WAIVED,
                        "artifact:" + artifact,
                        Map.of(
                                "fingerprint", fingerprint.hex(),
                                "reason", reason,
                                "expires", waiver.expiresAt().toString()));
        return store.waive(organization, artifact, waiver, event);
    }

    /** Takes a waiver back, and says whether there was one. */
    public boolean unwaive(
            OrganizationId organization,
            ArtifactId artifact,
            Fingerprint fingerprint,
            Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.ARTIFACT_WAIVER_WITHDRAWN,
                        "artifact:" + artifact,
                        Map.of("fingerprint", fingerprint.hex()));
        return store.unwaive(organization, artifact, fingerprint, event);
    }

    /** Ends scans that run. */
    @Override
    public void close() {
        scans.close();
    }
}
