/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.member.OwnFactors;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceStanding;
import dev.breakwater.server.ownership.Disposal;
import dev.breakwater.server.ownership.DisposalStore;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.ownership.GivenAway;
import dev.breakwater.server.ownership.TransferCode;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an owner does with a device that is theirs, and what a buyer asks before. */
final class DisposalOperations {

    private final Disposals disposals;
    private final ErasureReceipts receipts;
    private final Refusals refusals;
    private final RecentProof recent;

    DisposalOperations(
            Disposals disposals, ErasureReceipts receipts, OwnFactors factors, Refusals refusals) {
        this.disposals = disposals;
        this.receipts = receipts;
        this.refusals = refusals;
        this.recent = new RecentProof(factors, refusals);
    }

    void register(Handlers handlers) {
        handlers.on(
                        "releaseOwnDevice",
                        Permission.SELF_WRITE,
                        this::release,
                        AuditAction.DEVICE_RELEASED,
                        AuditAction.DEVICE_REVOKED,
                        AuditAction.DEVICE_SHARE_ENDED,
                        AuditAction.COMMAND_DROPPED)
                .on(
                        "beginDeviceTransfer",
                        Permission.SELF_WRITE,
                        this::offer,
                        AuditAction.DEVICE_TRANSFER_BEGUN)
                .on(
                        "withdrawDeviceTransfer",
                        Permission.SELF_WRITE,
                        this::withdrawOffer,
                        AuditAction.DEVICE_TRANSFER_WITHDRAWN)
                .on(
                        "acceptDeviceTransfer",
                        Permission.SELF_WRITE,
                        this::take,
                        AuditAction.DEVICE_TRANSFERRED,
                        AuditAction.DEVICE_REVOKED,
                        AuditAction.DEVICE_SHARE_ENDED,
                        AuditAction.COMMAND_DROPPED)
                .on(
                        "reportOwnDeviceStolen",
                        Permission.SELF_WRITE,
                        this::reportStolen,
                        AuditAction.DEVICE_REPORTED_STOLEN,
                        AuditAction.DEVICE_SHARE_ENDED,
                        AuditAction.DEVICE_SUSPENDED)
                .on(
                        "withdrawTheftReport",
                        Permission.SELF_WRITE,
                        this::takeReportBack,
                        AuditAction.DEVICE_FOUND,
                        AuditAction.DEVICE_REINSTATED)
                .on("listGivenAwayDevices", Permission.SELF_READ, this::givenAway)
                .open("getDeviceStanding", this::standing);
    }

    record DeviceTransferView(String code, Instant expiresAt) {
        @Override
        public String toString() {
            return "DeviceTransferView[code=[REDACTED], expiresAt=" + expiresAt + "]";
        }
    }

    record TakenDeviceView(String serial, Instant keptUntil) {}

    record GivenAwayDeviceView(
            String device,
            String serial,
            Instant givenAwayAt,
            String state,
            Optional<Instant> erasedAt) {
        static GivenAwayDeviceView of(GivenAway device) {
            return new GivenAwayDeviceView(
                    device.device().toString(),
                    device.serial().text(),
                    device.givenAwayAt(),
                    state(device),
                    device.erasedAt());
        }

        /** What is not known is said: nobody is to wait for a proof that cannot come. */
        private static String state(GivenAway device) {
            if (device.erasedAt().isPresent()) {
                return "erased";
            }
            if (device.blankAt().isPresent()) {
                return "set-up-again";
            }
            return device.provable() ? "waiting" : "unprovable";
        }
    }

    record DeviceStandingView(String standing) {}

    private Reply release(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = recent.refusal(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return switch (disposals.release(caller.organization(), device(call), self(caller))) {
            case DisposalStore.Begun.Noted _ -> Reply.noContent();
            case DisposalStore.Begun.NoSuch(), DisposalStore.Begun.OwnDevice() ->
                    Problems.notFound();
            case DisposalStore.Begun.NotFirstOwner() -> notFirstOwner();
            case DisposalStore.Begun.Stolen() -> stolen();
        };
    }

    private Reply givenAway(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<DeviceId> after = call.cursor(DeviceId::parse);
        List<GivenAway> rows =
                receipts.givenAway(caller.organization(), self(caller), after, count + 1);
        return Reply.ok(
                Page.of(rows, count, GivenAwayDeviceView::of, gone -> gone.device().toString()));
    }

    private Reply offer(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = recent.refusal(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return switch (disposals.offer(caller.organization(), device(call), self(caller))) {
            case Disposals.Offer.Made(TransferCode code, Instant expiresAt) ->
                    Reply.created(new DeviceTransferView(code.reveal(), expiresAt));
            case Disposals.Offer.NotMade(DisposalStore.Opened why) ->
                    switch (why) {
                        case NOT_FIRST_OWNER -> notFirstOwner();
                        case STOLEN -> stolen();
                        case NOT_THEIRS, OPENED -> Problems.notFound();
                    };
        };
    }

    private Reply withdrawOffer(AuthenticatedCaller caller, Call call) {
        return disposals.withdrawOffer(caller.organization(), device(call), self(caller))
                ? Reply.noContent()
                : Problems.notFound();
    }

    private Reply take(AuthenticatedCaller caller, Call call) {
        return switch (disposals.take(caller.organization(), call.text("code"), self(caller))) {
            case DisposalStore.Begun.Noted(Disposal disposal) ->
                    Reply.created(
                            new TakenDeviceView(
                                    disposal.serial().text(),
                                    disposal.promise().orElseThrow().until()));
            case DisposalStore.Begun.NoSuch(), DisposalStore.Begun.NotFirstOwner() -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.TRANSFER_CODE_REFUSED,
                                "api",
                                Optional.of(caller.organization()),
                                caller.actor(),
                                Map.of("source", call.source())));
                yield Problems.transferRefused();
            }
            case DisposalStore.Begun.OwnDevice() ->
                    Problems.notPossibleNow("The device is yours already.");
            case DisposalStore.Begun.Stolen() -> stolen();
        };
    }

    private Reply reportStolen(AuthenticatedCaller caller, Call call) {
        return report(disposals.reportStolen(caller.organization(), device(call), self(caller)));
    }

    /** Whoever has stolen a session, too, must not bring a stolen device back. */
    private Reply takeReportBack(AuthenticatedCaller caller, Call call) {
        return recent.refusal(caller, call)
                .orElseGet(
                        () ->
                                report(
                                        disposals.takeReportBack(
                                                caller.organization(),
                                                device(call),
                                                self(caller))));
    }

    private static Reply report(Disposals.Report report) {
        return switch (report) {
            case DONE -> Reply.noContent();
            case NOT_THEIRS, NOT_REPORTED -> Problems.notFound();
        };
    }

    /** The same for a label that nobody has entered and for one of another's device. */
    private Reply standing(Call call) {
        Optional<DeviceStanding> standing =
                disposals.standing(
                        new DeviceSerial(call.values().text("serial")),
                        new SetupKeyHash(call.values().text("setupKeyHash")));
        return standing.map(stands -> Reply.ok(new DeviceStandingView(stands.code())))
                .orElseGet(Problems::notFound);
    }

    private static Reply notFirstOwner() {
        return Problems.notPossibleNow(
                "The device has several owners, and only who has owned it longest gives it away.");
    }

    private static Reply stolen() {
        return Problems.notPossibleNow(
                "The device is reported stolen; whoever reported it takes the report back first.");
    }

    private static DeviceId device(Call call) {
        return call.id("deviceId", DeviceId::parse);
    }

    /** No token has the permission that these operations need. */
    private static MemberId self(AuthenticatedCaller caller) {
        return caller.member().orElseThrow();
    }
}
