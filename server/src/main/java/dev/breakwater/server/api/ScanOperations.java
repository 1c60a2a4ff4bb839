/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.ArtifactOperations.ArtifactView;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.rule.RulesRefused;
import dev.breakwater.server.vetting.ArtifactId;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRuleStore.OwnRules;
import dev.breakwater.server.vetting.ScanRules;
import dev.breakwater.server.vetting.ScansAgain;
import dev.breakwater.server.vetting.VettedArtifact;

/** An organization's own rules for the scan, and scans by them of what is stored already. */
final class ScanOperations {

    /** What a client reads of a message; the rest of a long one is the expression itself. */
    private static final int TEXT_MAX = 280;

    private final ArtifactVetting vetting;

    ScanOperations(ArtifactVetting vetting) {
        this.vetting = vetting;
    }

    void register(Handlers handlers) {
        handlers.on("getScanRules", Permission.RELEASES_READ, this::rules)
                .on(
                        "replaceScanRules",
                        Permission.RELEASES_WRITE,
                        this::replace,
                        AuditAction.SCAN_RULES_CHANGED)
                .on(
                        "removeScanRules",
                        Permission.RELEASES_WRITE,
                        this::remove,
                        AuditAction.SCAN_RULES_REMOVED)
                .on("getArtifact", Permission.RELEASES_READ, this::artifact)
                .on(
                        "scanArtifact",
                        Permission.RELEASES_WRITE,
                        this::scan,
                        AuditAction.ARTIFACT_SCANNED);
    }

    record ScanRulesView(long version, int rules, String sha256) {}

    private static boolean isForeign(AuthenticatedCaller caller, Call call) {
        return !call.id("organizationId", OrganizationId::parse).equals(caller.organization());
    }

    private Reply rules(AuthenticatedCaller caller, Call call) {
        if (isForeign(caller, call)) {
            return Problems.notFound();
        }
        OwnRules own = vetting.rules().own(caller.organization());
        return Reply.bytes("application/octet-stream", own.file()).etag(own.version());
    }

    private Reply replace(AuthenticatedCaller caller, Call call) throws ContractViolation {
        if (isForeign(caller, call)) {
            return Problems.notFound();
        }
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        ScanRules.Change change;
        try {
            change =
                    vetting.rules()
                            .replace(
                                    caller.organization(),
                                    call.bytes(),
                                    call.ifMatch().expectedVersion(),
                                    caller.actor());
        } catch (RulesRefused refused) {
            throw ContractViolation.member(
                    "", "is refused: " + shortened(String.valueOf(refused.getMessage())));
        }
        return switch (change) {
            case ScanRules.Change.Changed(long version, int rules, var inForce) ->
                    Reply.ok(new ScanRulesView(version, rules, inForce.sha256())).etag(version);
            case ScanRules.Change.VersionMismatch(long current) ->
                    Problems.versionMismatch(current);
        };
    }

    private static String shortened(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }

    private Reply remove(AuthenticatedCaller caller, Call call) {
        if (isForeign(caller, call)) {
            return Problems.notFound();
        }
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        return switch (vetting.rules()
                .remove(caller.organization(), call.ifMatch().expectedVersion(), caller.actor())) {
            case ScanRules.Change.Changed _ -> Reply.noContent();
            case ScanRules.Change.VersionMismatch(long current) ->
                    Problems.versionMismatch(current);
        };
    }

    private Reply artifact(AuthenticatedCaller caller, Call call) {
        return vetting.artifact(caller.organization(), id(call))
                .map(artifact -> Reply.ok(view(artifact)))
                .orElseGet(Problems::notFound);
    }

    private static ArtifactId id(Call call) {
        return call.id("artifactId", ArtifactId::parse);
    }

    private ArtifactView view(VettedArtifact artifact) {
        return ArtifactView.of(artifact, vetting);
    }

    private Reply scan(AuthenticatedCaller caller, Call call) {
        return switch (vetting.again().scan(caller.organization(), id(call), caller.actor())) {
            case ScansAgain.Outcome.Vetted(VettedArtifact artifact) -> Reply.ok(view(artifact));
            case ScansAgain.Outcome.Scanning(VettedArtifact before) -> Reply.accepted(view(before));
            case ScansAgain.Outcome.TooMany(int most) ->
                    Problems.limitReached(
                            "%d artifacts are scanned again already, as many as may be at a time."
                                    .formatted(most));
            case ScansAgain.Outcome.NotStored() ->
                    Problems.notPossibleNow(
                            "Its bytes are not stored any more; upload them once more.");
            case ScansAgain.Outcome.NoSuchArtifact() -> Problems.notFound();
        };
    }
}
