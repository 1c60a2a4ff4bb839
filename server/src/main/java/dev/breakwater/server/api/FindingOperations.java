/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.firewall.Finding;
import dev.breakwater.server.firewall.FindingId;
import dev.breakwater.server.firewall.FindingKind;
import dev.breakwater.server.firewall.FindingState;
import dev.breakwater.server.firewall.FindingStore;
import dev.breakwater.server.firewall.Findings;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.limits.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the firewall has noticed, and what people do about it. */
final class FindingOperations {

    private final Findings findings;
    private final DeviceLifecycle lifecycle;
    private final Commands commands;
    private final Bans bans;

    FindingOperations(Findings findings, DeviceLifecycle lifecycle, Commands commands, Bans bans) {
        this.findings = findings;
        this.lifecycle = lifecycle;
        this.commands = commands;
        this.bans = bans;
    }

    void register(Handlers handlers) {
        handlers.on("listFindings", Permission.FIREWALL_READ, this::list)
                .on("getFinding", Permission.FIREWALL_READ, this::get)
                .on(
                        "dismissFinding",
                        Permission.FINDINGS_WRITE,
                        this::dismiss,
                        AuditAction.FINDING_DISMISSED)
                .on(
                        "quarantineForFinding",
                        Permission.DEVICES_CONTROL,
                        (caller, call) -> act(caller, call, DeviceStatus.QUARANTINED),
                        AuditAction.DEVICE_QUARANTINED,
                        AuditAction.FINDING_ACTED)
                .on(
                        "revokeForFinding",
                        Permission.DEVICES_REVOKE,
                        (caller, call) -> act(caller, call, DeviceStatus.REVOKED),
                        AuditAction.DEVICE_REVOKED,
                        AuditAction.DEVICE_SHARE_ENDED,
                        AuditAction.COMMAND_DROPPED,
                        AuditAction.FINDING_ACTED)
                .on(
                        "banForFinding",
                        Permission.FIREWALL_WRITE,
                        this::ban,
                        AuditAction.FINDING_ACTED);
    }

    record FindingView(
            String id,
            String kind,
            String state,
            String subject,
            Optional<String> device,
            Map<String, String> evidence,
            Instant firstSeenAt,
            Instant lastSeenAt,
            long count,
            Optional<String> decidedBy,
            Optional<Instant> decidedAt) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.id().toString(),
                    finding.kind().code(),
                    finding.state().code(),
                    finding.subject(),
                    finding.device().map(DeviceId::toString),
                    finding.evidence(),
                    finding.firstSeen(),
                    finding.lastSeen(),
                    finding.count(),
                    finding.decidedBy(),
                    finding.decidedAt());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        FindingStore.Filter filter =
                new FindingStore.Filter(
                        call.values().optionalText("state").map(FindingState::parse),
                        call.values().optionalText("kind").map(FindingKind::parse),
                        call.values().optionalText("device").map(DeviceId::parse));
        List<Finding> rows =
                findings.find(
                        caller.organization(), filter, call.cursor(FindingId::parse), count + 1);
        return Reply.ok(Page.of(rows, count, FindingView::of, finding -> finding.id().toString()));
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return findings.find(caller.organization(), call.id("findingId", FindingId::parse))
                .map(finding -> Reply.ok(FindingView.of(finding)))
                .orElseGet(Problems::notFound);
    }

    private Reply dismiss(AuthenticatedCaller caller, Call call) {
        return decided(
                findings.dismiss(
                        caller.organization(),
                        call.id("findingId", FindingId::parse),
                        call.text("reason"),
                        caller.actor()));
    }

    /** The device first: an open finding about a device that is off harms nobody. */
    private Reply act(AuthenticatedCaller caller, Call call, DeviceStatus status) {
        FindingId id = call.id("findingId", FindingId::parse);
        Optional<Finding> finding = findings.find(caller.organization(), id);
        if (finding.isEmpty()) {
            return Problems.notFound();
        }
        if (finding.get().state() != FindingState.OPEN) {
            return decided(new FindingStore.Decision.DecidedBefore(finding.get()));
        }
        Optional<DeviceId> device = finding.get().device();
        if (device.isEmpty()) {
            return Problems.notPossibleNow("The finding is not about a device.");
        }
        StatusChange outcome =
                lifecycle.change(
                        caller.organization(),
                        device.get(),
                        status,
                        call.text("reason"),
                        Optional.empty(),
                        caller.actor());
        return switch (outcome) {
            case StatusChange.Changed _ -> {
                if (status == DeviceStatus.REVOKED) {
                    commands.onRevoked(caller.organization());
                }
                yield decided(
                        findings.acted(caller.organization(), id, status.code(), caller.actor()));
            }
            case StatusChange.NotPossible(var current) ->
                    Problems.notPossibleNow(
                            "The device is %s; from there it cannot become %s."
                                    .formatted(current.status().code(), status.code()));
            case StatusChange.NoSuchDevice(), StatusChange.VersionMismatch _ ->
                    Problems.notPossibleNow("The device is not there any more.");
        };
    }

    /**
     * The ban first, as with devices. It counts for everybody on this server, so whoever bans must
     * not shut themselves out, nor anybody for longer than the server would.
     */
    private Reply ban(AuthenticatedCaller caller, Call call) {
        FindingId id = call.id("findingId", FindingId::parse);
        Optional<Finding> finding = findings.find(caller.organization(), id);
        if (finding.isEmpty()) {
            return Problems.notFound();
        }
        if (finding.get().state() != FindingState.OPEN) {
            return decided(new FindingStore.Decision.DecidedBefore(finding.get()));
        }
        Set<SourceNetwork> sources = finding.get().sources();
        if (sources.isEmpty()) {
            return Problems.notPossibleNow("The finding names no source address.");
        }
        Duration length = Duration.ofSeconds(call.body().path("seconds").asLong());
        if (length.compareTo(bans.most()) > 0) {
            return Problems.limitReached(
                    "Nobody is banned for more than %d seconds here."
                            .formatted(bans.most().toSeconds()));
        }
        SourceNetwork own = SourceNetwork.of(call.source());
        for (SourceNetwork source : sources) {
            if (bans.excepts(source)) {
                return Problems.notPossibleNow(
                        "The operator of the server has excepted %s from bans.".formatted(source));
            }
            if (source.equals(own)) {
                return Problems.notPossibleNow(
                        "You come from %s yourself, and would be shut out.".formatted(source));
            }
        }
        String reason = "finding:" + id;
        sources.forEach(source -> bans.impose(source, length, reason, caller.actor()));
        return decided(
                findings.banned(
                        caller.organization(),
                        id,
                        sources,
                        length,
                        call.text("reason"),
                        caller.actor()));
    }

    private static Reply decided(FindingStore.Decision decision) {
        return switch (decision) {
            case FindingStore.Decision.Decided(Finding finding) ->
                    Reply.ok(FindingView.of(finding));
            case FindingStore.Decision.NoSuchFinding() -> Problems.notFound();
            case FindingStore.Decision.DecidedBefore(Finding finding) ->
                    Problems.notPossibleNow(
                            "The finding is %s already.".formatted(finding.state().code()));
        };
    }
}
