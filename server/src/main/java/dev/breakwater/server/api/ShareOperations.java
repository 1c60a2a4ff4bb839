/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.member.OwnFactors;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceShare;
import dev.breakwater.server.ownership.DeviceShares;
import dev.breakwater.server.ownership.ShareCode;
import dev.breakwater.server.ownership.ShareId;
import dev.breakwater.server.ownership.ShareRight;
import dev.breakwater.server.ownership.ShareStore;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How owners share their devices, and what others see of that. */
final class ShareOperations {

    private final DeviceStore devices;
    private final DeviceShares shares;
    private final Refusals refusals;
    private final RecentProof recent;

    ShareOperations(
            DeviceStore devices, DeviceShares shares, OwnFactors factors, Refusals refusals) {
        this.devices = devices;
        this.shares = shares;
        this.refusals = refusals;
        this.recent = new RecentProof(factors, refusals);
    }

    void register(Handlers handlers) {
        handlers.on(
                        "offerDeviceShare",
                        Permission.SELF_WRITE,
                        this::offer,
                        AuditAction.DEVICE_SHARE_OFFERED)
                .on("listOwnDeviceShares", Permission.SELF_READ, this::ofOwn)
                .on(
                        "endDeviceShare",
                        Permission.SELF_WRITE,
                        this::end,
                        AuditAction.DEVICE_SHARE_ENDED)
                .on(
                        "acceptDeviceShare",
                        Permission.SELF_WRITE,
                        this::accept,
                        AuditAction.DEVICE_SHARE_ACCEPTED)
                .on("listSharedDevices", Permission.SELF_READ, this::withMe)
                .on(
                        "leaveSharedDevice",
                        Permission.SELF_WRITE,
                        this::leave,
                        AuditAction.DEVICE_SHARE_ENDED)
                .on("listDeviceShares", Permission.OWNERS_READ, this::ofDevice);
    }

    record OfferedShareView(
            String id, String code, Instant expiresAt, String right, Optional<Instant> endsAt) {
        @Override
        public String toString() {
            return "OfferedShareView[id=" + id + ", code=[REDACTED]]";
        }
    }

    record PersonView(String name, String email) {
        static PersonView of(DeviceShare.Person person) {
            return new PersonView(person.name(), person.email());
        }
    }

    /** A share as its owner sees it. */
    record DeviceShareView(
            String id,
            String right,
            String state,
            PersonView owner,
            Optional<PersonView> with,
            Instant offeredAt,
            Optional<Instant> expiresAt,
            Optional<Instant> acceptedAt,
            Optional<Instant> endsAt) {
        static DeviceShareView of(DeviceShare share) {
            Optional<DeviceShare.Taken> taken = share.taken();
            return new DeviceShareView(
                    share.id().toString(),
                    share.right().code(),
                    taken.isPresent() ? "accepted" : "offered",
                    PersonView.of(share.owner()),
                    taken.map(by -> PersonView.of(by.by())),
                    share.offeredAt(),
                    taken.isPresent() ? Optional.empty() : Optional.of(share.codeExpiresAt()),
                    taken.map(DeviceShare.Taken::at),
                    share.endsAt());
        }
    }

    /** A share as whoever it is with sees it. */
    record SharedDeviceView(
            String id,
            String device,
            String serial,
            String right,
            PersonView owner,
            Instant since,
            Optional<Instant> endsAt) {
        static SharedDeviceView of(DeviceShare share) {
            return new SharedDeviceView(
                    share.id().toString(),
                    share.device().toString(),
                    share.serial().text(),
                    share.right().code(),
                    PersonView.of(share.owner()),
                    share.taken().orElseThrow().at(),
                    share.endsAt());
        }
    }

    private Reply offer(AuthenticatedCaller caller, Call call) {
        Optional<Reply> refusal = recent.refusal(caller, call);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Optional<Instant> endsAt;
        try {
            endsAt = call.member("endsAt").map(JsonNode::asString).map(Instant::parse);
        } catch (DateTimeException outside) {
            return Problems.notPossibleNow("There is no such time as the one in endsAt.");
        }
        ShareRight right = ShareRight.parse(call.text("right"));
        DeviceShares.Offer offer =
                shares.offer(caller.organization(), device(call), self(caller), right, endsAt);
        return switch (offer) {
            case DeviceShares.Offer.Made(ShareId id, ShareCode code, Instant expiresAt) ->
                    Reply.created(
                            new OfferedShareView(
                                    id.toString(), code.reveal(), expiresAt, right.code(), endsAt));
            case DeviceShares.Offer.OverAlready() ->
                    Problems.notPossibleNow("The share would be over before it began.");
            case DeviceShares.Offer.NotMade(ShareStore.Offered why) -> notOffered(why);
        };
    }

    private static Reply notOffered(ShareStore.Offered why) {
        return switch (why) {
            case OFFERED -> throw new IllegalArgumentException("it was offered");
            case NOT_THEIRS -> Problems.notFound();
            case STOLEN ->
                    Problems.notPossibleNow(
                            "The device is reported stolen; whoever reported it takes the report"
                                    + " back first.");
            case REVOKED -> Problems.notPossibleNow("The device is revoked.");
            case TOO_MANY ->
                    Problems.limitReached(
                            "The device has as many shares and offers as may be; end one.");
        };
    }

    /** Those who may know of all devices get an empty list of what is not their own. */
    private Reply ofOwn(AuthenticatedCaller caller, Call call) {
        return devices.device(caller.organization(), device(call)).isEmpty()
                ? Problems.notFound()
                : list(shares.ofOwner(caller.organization(), device(call), self(caller)));
    }

    private Reply ofDevice(AuthenticatedCaller caller, Call call) {
        return devices.device(caller.organization(), device(call)).isEmpty()
                ? Problems.notFound()
                : list(shares.ofDevice(caller.organization(), device(call)));
    }

    private static Reply list(List<DeviceShare> shares) {
        return Reply.ok(
                new Page<>(shares.stream().map(DeviceShareView::of).toList(), Optional.empty()));
    }

    private Reply end(AuthenticatedCaller caller, Call call) {
        boolean ended =
                shares.end(
                        caller.organization(),
                        device(call),
                        call.id("shareId", ShareId::parse),
                        self(caller));
        return ended ? Reply.noContent() : Problems.notFound();
    }

    private Reply accept(AuthenticatedCaller caller, Call call) {
        if (caller.ownDevicesOnly().isEmpty()) {
            return Problems.notPossibleNow(
                    "Your role lets you see all devices of the organization; a share is for"
                            + " members whose role is device-owner.");
        }
        ShareStore.Accepted accepted =
                shares.accept(caller.organization(), call.text("code"), self(caller));
        return switch (accepted) {
            case ShareStore.Accepted.Done(DeviceShare share) ->
                    Reply.created(SharedDeviceView.of(share));
            case ShareStore.Accepted.NoSuch() -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.SHARE_CODE_REFUSED,
                                "api",
                                Optional.of(caller.organization()),
                                caller.actor(),
                                Map.of("source", call.source())));
                yield Problems.shareRefused();
            }
            case ShareStore.Accepted.OwnDevice() ->
                    Problems.notPossibleNow("The device is yours already.");
        };
    }

    private Reply withMe(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        Optional<ShareId> after = call.cursor(ShareId::parse);
        List<DeviceShare> rows = shares.with(caller.organization(), self(caller), after, count + 1);
        return Reply.ok(Page.of(rows, count, SharedDeviceView::of, share -> share.id().toString()));
    }

    private Reply leave(AuthenticatedCaller caller, Call call) {
        ShareId share = call.id("shareId", ShareId::parse);
        return shares.leave(caller.organization(), share, self(caller))
                ? Reply.noContent()
                : Problems.notFound();
    }

    private static DeviceId device(Call call) {
        return call.id("deviceId", DeviceId::parse);
    }

    /** No token has the permission that these operations need. */
    private static MemberId self(AuthenticatedCaller caller) {
        return caller.member().orElseThrow();
    }
}
