/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The life of a share: an owner makes a code, somebody accepts it, and one of the two ends it, or
 * its time does, or the device's. What a share lets its taker do is decided by {@link
 * DeviceOwnership}, for each request anew. Blocks.
 */
public final class DeviceShares {

    private final ShareStore store;
    private final Limits limits;
    private final Clock clock;

    /** Wires it. */
    public DeviceShares(ShareStore store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of the wish for a code. */
    public sealed interface Offer {

        /** Whoever shows the code accepts the share; it is shown this once. */
        record Made(ShareId id, ShareCode code, Instant expiresAt) implements Offer {}

        /** It would be over before it began. */
        record OverAlready() implements Offer {}

        /** It is not made. */
        record NotMade(ShareStore.Offered why) implements Offer {}
    }

    /**
     * Makes a code by which somebody gets a share.
     *
     * @param endsAt when the share is over by itself; empty if only a person ends it
     */
    public Offer offer(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            ShareRight right,
            Optional<Instant> endsAt) {
        Instant now = clock.instant();
        if (endsAt.isPresent() && !endsAt.get().isAfter(now)) {
            return new Offer.OverAlready();
        }
        ShareId id = ShareId.fresh();
        ShareCode code = ShareCode.fresh();
        Instant expiresAt = now.plus(limits.seconds(Limit.DEVICE_SHARE_CODE_SECONDS));
        ShareStore.Offered offered =
                store.offer(
                        organization,
                        new ShareStore.NewOffer(
                                id, device, owner, right, code.digest(), now, expiresAt, endsAt),
                        limits.of(Limit.SHARES_PER_DEVICE));
        return offered == ShareStore.Offered.OFFERED
                ? new Offer.Made(id, code, expiresAt)
                : new Offer.NotMade(offered);
    }

    /** Accepts a share by its code, which is used up by it. */
    public ShareStore.Accepted accept(OrganizationId organization, String shown, MemberId taker) {
        return store.accept(organization, ShareCode.shown(shown).digest(), taker, clock.instant());
    }

    /** All shares and offers of a device, for who may know of every device. */
    public List<DeviceShare> ofDevice(OrganizationId organization, DeviceId device) {
        return store.ofDevice(
                organization, device, clock.instant(), limits.of(Limit.SHARES_PER_DEVICE));
    }

    /** All shares and offers of a device, for its owner; none for anybody else. */
    public List<DeviceShare> ofOwner(OrganizationId organization, DeviceId device, MemberId owner) {
        return store.ofOwner(
                organization, device, owner, clock.instant(), limits.of(Limit.SHARES_PER_DEVICE));
    }

    /** What is shared with a member. */
    public List<DeviceShare> with(
            OrganizationId organization, MemberId member, Optional<ShareId> after, int countMax) {
        return store.with(organization, member, after, clock.instant(), countMax);
    }

    /** Ends a share, or takes an offer back; false if there is none of this owner's. */
    public boolean end(
            OrganizationId organization, DeviceId device, ShareId share, MemberId owner) {
        return store.end(organization, device, share, owner);
    }

    /** Gives a share up; false if there is none of this member's. */
    public boolean leave(OrganizationId organization, ShareId share, MemberId member) {
        return store.leave(organization, share, member);
    }
}
