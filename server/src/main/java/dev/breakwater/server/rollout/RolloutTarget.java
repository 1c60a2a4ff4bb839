/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceSerial;
import java.util.Optional;
import java.util.Set;

/**
 * Which devices of a product a rollout is for, before those are taken out that cannot have it. Its
 * parts restrict together; one that is empty does not restrict. It is judged once, when the rollout
 * is proposed: what a device is tagged, or runs, or is called later, does not bring it in or out.
 *
 * @param versions those that last said they run one of these
 * @param serials those with one of these
 * @param tags those that are tagged like this
 * @param percent so many of those that are left, drawn by lot
 */
public record RolloutTarget(
        Set<String> versions,
        Set<DeviceSerial> serials,
        TagCondition tags,
        Optional<Share> percent) {

    /** Versions or serials that one rollout may list. */
    static final int LISTED_MAX = 10_000;

    /** All devices of the product. */
    public static final RolloutTarget ALL =
            new RolloutTarget(Set.of(), Set.of(), TagCondition.NONE, Optional.empty());

    /** Copies the sets. */
    public RolloutTarget {
        versions = Set.copyOf(versions);
        serials = Set.copyOf(serials);
        if (versions.size() > LISTED_MAX || serials.size() > LISTED_MAX) {
            throw new IllegalArgumentException(
                    "a rollout lists at most %d versions or serials".formatted(LISTED_MAX));
        }
        if (percent.filter(share -> share.basisPoints() == 0).isPresent()) {
            throw new IllegalArgumentException("a rollout is for more than no device");
        }
    }

    /** Those with these serials. */
    public static RolloutTarget of(Set<DeviceSerial> serials) {
        return new RolloutTarget(Set.of(), serials, TagCondition.NONE, Optional.empty());
    }

    /** Those that are tagged like this. */
    public static RolloutTarget of(TagCondition tags) {
        return new RolloutTarget(Set.of(), Set.of(), tags, Optional.empty());
    }
}
