/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceSerial;
import java.util.Set;

/** Which devices of a product a rollout is for, before those are taken out that cannot have it. */
public sealed interface RolloutTarget {

    /** Versions or serials that one rollout may list. */
    int LISTED_MAX = 10_000;

    /** All of them. */
    record All() implements RolloutTarget {}

    /** Those that last said they run one of these versions. */
    record Versions(Set<String> versions) implements RolloutTarget {
        /** Copies the set. */
        public Versions {
            versions = Set.copyOf(versions);
            requireSome(versions.size());
        }
    }

    /** Those with these serials. */
    record Serials(Set<DeviceSerial> serials) implements RolloutTarget {
        /** Copies the set. */
        public Serials {
            serials = Set.copyOf(serials);
            requireSome(serials.size());
        }
    }

    /** So many of them, drawn by lot. */
    record Percent(Share share) implements RolloutTarget {
        /** A share of nothing reaches nobody. */
        public Percent {
            if (share.basisPoints() == 0) {
                throw new IllegalArgumentException("a rollout is for more than no device");
            }
        }
    }

    private static void requireSome(int size) {
        if (size < 1 || size > LISTED_MAX) {
            throw new IllegalArgumentException(
                    "a rollout lists 1 to %d versions or serials".formatted(LISTED_MAX));
        }
    }
}
