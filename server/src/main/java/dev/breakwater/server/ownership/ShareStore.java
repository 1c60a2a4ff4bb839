/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where shares are kept. What changes something is durable, with its audit entries, when it
 * returns. What is over by time counts for nothing, though its row may still be there.
 */
public interface ShareStore {

    /**
     * An offer as it is stored.
     *
     * @param code what is kept of the secret
     */
    record NewOffer(
            ShareId id,
            DeviceId device,
            MemberId owner,
            ShareRight right,
            SecretDigest code,
            Instant at,
            Instant codeExpiresAt,
            Optional<Instant> endsAt) {}

    /**
     * Keeps an offer.
     *
     * @param sharesMax shares and offers that a device may have
     */
    Offered offer(OrganizationId organization, NewOffer offer, int sharesMax);

    /** Makes an offer a share of the taker's; the one they had of that device is replaced. */
    Accepted accept(OrganizationId organization, SecretDigest code, MemberId taker, Instant at);

    /** A device's shares and offers, the first one first. */
    List<DeviceShare> ofDevice(
            OrganizationId organization, DeviceId device, Instant at, int countMax);

    /** The same, if the device is the member's, and else none. */
    List<DeviceShare> ofOwner(
            OrganizationId organization, DeviceId device, MemberId owner, Instant at, int countMax);

    /** What is shared with a member, the first one first. */
    List<DeviceShare> with(
            OrganizationId organization,
            MemberId member,
            Optional<ShareId> after,
            Instant at,
            int countMax);

    /** Ends a share or an offer of an owner's device; false if there is none. */
    boolean end(OrganizationId organization, DeviceId device, ShareId share, MemberId owner);

    /** Ends a share by whom it is with; false if there is none. */
    boolean leave(OrganizationId organization, ShareId share, MemberId member);

    /** What became of an offer. */
    enum Offered {
        /** Its code is good. */
        OFFERED,
        /** The device is not theirs. */
        NOT_THEIRS,
        /** It is reported stolen. */
        STOLEN,
        /** It is revoked. */
        REVOKED,
        /** The device has as many shares as may be. */
        TOO_MANY
    }

    /** What became of the wish to accept. */
    sealed interface Accepted {

        /** It is shared with them from now on. */
        record Done(DeviceShare share) implements Accepted {}

        /** There is no such offer, or no longer. */
        record NoSuch() implements Accepted {}

        /** The device is theirs. */
        record OwnDevice() implements Accepted {}
    }
}
