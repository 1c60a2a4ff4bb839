/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactUpload.Appended;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.Waiver;
import dev.breakwater.server.vetting.ArtifactId;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.RuleSet;
import dev.breakwater.server.vetting.UploadId;
import dev.breakwater.server.vetting.VettedArtifact;
import dev.breakwater.server.vetting.VettedFinding;
import dev.breakwater.server.vetting.VettingStore.Upload;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Uploads of artifacts, what a scan found in them, and who answers for it. */
final class ArtifactOperations {

    private final DeviceStore devices;
    private final ArtifactVetting vetting;
    private final Refusals refusals;

    ArtifactOperations(DeviceStore devices, ArtifactVetting vetting, Refusals refusals) {
        this.devices = devices;
        this.vetting = vetting;
        this.refusals = refusals;
    }

    void register(Handlers handlers) {
        handlers.on("beginArtifactUpload", Permission.RELEASES_WRITE, this::begin)
                .on("getArtifactUpload", Permission.RELEASES_READ, this::upload)
                .on("putArtifactPart", Permission.RELEASES_WRITE, this::part)
                .on(
                        "completeArtifactUpload",
                        Permission.RELEASES_WRITE,
                        this::complete,
                        AuditAction.ARTIFACT_SCANNED)
                .on("listArtifacts", Permission.RELEASES_READ, this::list)
                .on("listArtifactFindings", Permission.RELEASES_READ, this::findings)
                .on(
                        "waiveArtifactFinding",
                        Permission.RELEASES_WRITE,
                        this::waive,
                        AuditAction.ARTIFACT_FINDING_WAIVED)
                .on(
                        "withdrawArtifactWaiver",
                        Permission.RELEASES_WRITE,
                        this::withdraw,
                        AuditAction.ARTIFACT_WAIVER_WITHDRAWN);
    }

    record ArtifactView(
            String id,
            String productId,
            String name,
            String sha256,
            long length,
            Instant scannedAt,
            String verdict,
            long blocking,
            Optional<RuleSet> rules,
            boolean rulesCurrent,
            boolean scanning) {
        static ArtifactView of(VettedArtifact artifact, ArtifactVetting vetting) {
            return of(artifact, vetting, vetting.rules().inForce(artifact.organization()));
        }

        static ArtifactView of(VettedArtifact artifact, ArtifactVetting vetting, RuleSet inForce) {
            return new ArtifactView(
                    artifact.id().toString(),
                    artifact.product().toString(),
                    artifact.name(),
                    artifact.hash().hex(),
                    artifact.length(),
                    artifact.scannedAt(),
                    artifact.isClean() ? "clean" : "blocked",
                    artifact.blocking(),
                    artifact.rules(),
                    artifact.rules().map(RuleSet::sha256).equals(Optional.of(inForce.sha256())),
                    vetting.again().isRunning(artifact.id()));
        }
    }

    record ArtifactUploadView(
            String id,
            String productId,
            String name,
            String sha256,
            long length,
            long received,
            boolean scanning,
            Optional<ArtifactView> artifact) {}

    record ArtifactWaiverView(String memberId, String reason, Instant givenAt, Instant expires) {
        static ArtifactWaiverView of(Waiver waiver) {
            return new ArtifactWaiverView(
                    waiver.member().toString(),
                    waiver.reason(),
                    waiver.givenAt(),
                    waiver.expiresAt());
        }
    }

    record ArtifactFindingView(
            String fingerprint,
            String kind,
            String rule,
            String description,
            String place,
            long offset,
            String excerpt,
            long occurrences,
            boolean blocks,
            Optional<ArtifactWaiverView> waiver) {
        static ArtifactFindingView of(VettedFinding finding) {
            return new ArtifactFindingView(
                    finding.fingerprint().hex(),
                    finding.kind(),
                    finding.rule(),
                    finding.description(),
                    finding.place(),
                    finding.offset(),
                    finding.excerpt(),
                    finding.occurrences(),
                    finding.blocks(),
                    finding.waiver().map(ArtifactWaiverView::of));
        }
    }

    private static UploadId uploadId(Call call) {
        return call.id("uploadId", UploadId::parse);
    }

    private static ArtifactId artifactId(Call call) {
        return call.id("artifactId", ArtifactId::parse);
    }

    private Reply begin(AuthenticatedCaller caller, Call call) {
        ArtifactVetting.Begun begun =
                vetting.begin(
                        caller.organization(),
                        call.id("productId", ProductId::parse),
                        new ArtifactHash(call.text("sha256")),
                        call.body().path("length").longValue(),
                        call.text("name"));
        return switch (begun) {
            case ArtifactVetting.Begun.Open(Upload upload, long received) ->
                    Reply.created(
                            shown(caller, upload, received, false),
                            "/api/v1/artifact-uploads/" + upload.id());
            case ArtifactVetting.Begun.NoSuchProduct() -> Problems.notFound();
            case ArtifactVetting.Begun.Refused(String text) ->
                    Problems.limitReached("The upload is not begun: " + text + ".");
        };
    }

    private ArtifactUploadView shown(
            AuthenticatedCaller caller, Upload upload, long received, boolean scanning) {
        return new ArtifactUploadView(
                upload.id().toString(),
                upload.product().toString(),
                upload.name(),
                upload.hash().hex(),
                upload.length(),
                received,
                scanning,
                upload.artifact()
                        .flatMap(id -> vetting.artifact(caller.organization(), id))
                        .map(this::view));
    }

    private ArtifactView view(VettedArtifact artifact) {
        return ArtifactView.of(artifact, vetting);
    }

    private Optional<ArtifactUploadView> progress(AuthenticatedCaller caller, Call call) {
        return vetting.progress(caller.organization(), uploadId(call))
                .map(
                        progress ->
                                shown(
                                        caller,
                                        progress.upload(),
                                        progress.received(),
                                        progress.scanning()));
    }

    private Reply upload(AuthenticatedCaller caller, Call call) {
        return progress(caller, call).map(Reply::ok).orElseGet(Problems::notFound);
    }

    private Reply part(AuthenticatedCaller caller, Call call) {
        long offset = call.values().integer("partOffset");
        return switch (vetting.append(
                caller.organization(), uploadId(call), offset, call.bytes())) {
            case Appended.Taken _ -> upload(caller, call);
            case Appended.OutOfOrder(long received) ->
                    Problems.notPossibleNow(
                            "The next part begins at %d, not at %d.".formatted(received, offset));
            case Appended.TooLong(long received) ->
                    Problems.notPossibleNow(
                            ("%d bytes were received, and with this part there would be more than were"
                                            + " announced.")
                                    .formatted(received));
            case Appended.Gone() -> Problems.notFound();
        };
    }

    private Reply complete(AuthenticatedCaller caller, Call call) {
        return switch (vetting.complete(caller.organization(), uploadId(call), caller.actor())) {
            case ArtifactVetting.Completion.Vetted(VettedArtifact artifact) ->
                    Reply.ok(view(artifact));
            case ArtifactVetting.Completion.Scanning() ->
                    progress(caller, call).map(Reply::accepted).orElseGet(Problems::notFound);
            case ArtifactVetting.Completion.Incomplete(long received) ->
                    Problems.notPossibleNow(
                            "Parts are missing: the next one begins at %d.".formatted(received));
            case ArtifactVetting.Completion.WrongHash(ArtifactHash actual) ->
                    wrongHash(caller, call, actual);
            case ArtifactVetting.Completion.Gone() -> Problems.notFound();
        };
    }

    private Reply wrongHash(AuthenticatedCaller caller, Call call, ArtifactHash actual) {
        refusals.record(
                new Refusal(
                        RefusalReason.ARTIFACT_ALTERED,
                        "api",
                        Optional.of(caller.organization()),
                        caller.actor(),
                        Map.of(
                                "source", call.source(),
                                "operation", call.operation().id(),
                                "upload", uploadId(call).toString(),
                                "sha256", actual.hex())));
        return Problems.artifactAltered(actual.hex());
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        ProductId product = call.id("productId", ProductId::parse);
        if (devices.product(caller.organization(), product).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        List<VettedArtifact> rows =
                vetting.artifacts(
                        caller.organization(), product, call.cursor(ArtifactId::parse), count + 1);
        RuleSet inForce = vetting.rules().inForce(caller.organization());
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        artifact -> ArtifactView.of(artifact, vetting, inForce),
                        artifact -> artifact.id().toString()));
    }

    private Reply findings(AuthenticatedCaller caller, Call call) throws ContractViolation {
        ArtifactId artifact = artifactId(call);
        if (vetting.artifact(caller.organization(), artifact).isEmpty()) {
            return Problems.notFound();
        }
        int count = call.count(Limit.PAGE_ROWS);
        long after = call.<Long>cursor(Long::parseLong).orElse(0L);
        List<VettedFinding> rows =
                vetting.findings(caller.organization(), artifact, after, count + 1);
        return Reply.ok(
                Page.of(
                        rows,
                        count,
                        ArtifactFindingView::of,
                        finding -> Long.toString(finding.number())));
    }

    private Reply waive(AuthenticatedCaller caller, Call call) throws ContractViolation {
        ArtifactId artifact = artifactId(call);
        if (vetting.artifact(caller.organization(), artifact).isEmpty()) {
            return Problems.notFound();
        }
        if (caller.member().isEmpty()) {
            return Problems.notPossibleNow(
                    "A member answers for a finding, by name; a token cannot.");
        }
        boolean waived;
        try {
            waived =
                    vetting.waive(
                            caller.organization(),
                            artifact,
                            call.id("fingerprint", Fingerprint::new),
                            caller.member().get(),
                            call.text("reason"),
                            Instant.parse(call.text("expires")),
                            caller.actor());
        } catch (DateTimeException outside) {
            throw ContractViolation.member("/expires", "is not a time that can be");
        } catch (IllegalArgumentException unusable) {
            throw ContractViolation.member("", "is refused: " + unusable.getMessage());
        }
        return waived
                ? vetting.artifact(caller.organization(), artifact)
                        .map(now -> Reply.ok(view(now)))
                        .orElseGet(Problems::notFound)
                : Problems.notFound();
    }

    private Reply withdraw(AuthenticatedCaller caller, Call call) {
        return vetting.unwaive(
                        caller.organization(),
                        artifactId(call),
                        call.id("fingerprint", Fingerprint::new),
                        caller.actor())
                ? Reply.noContent()
                : Problems.notFound();
    }
}
