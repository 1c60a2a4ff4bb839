/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those who were told of a release and have not begun. */
final class ToldDevices {

    private static final int PAGE = 1_000;

    private ToldDevices() {}

    /** All of a rollout. */
    static List<DeviceId> of(RolloutStore store, OrganizationId organization, RolloutId id) {
        List<DeviceId> told = new ArrayList<>();
        for (UpdateState state : List.of(UpdateState.OFFERED, UpdateState.ASKING)) {
            int after = -1;
            List<DevicePlace> some;
            do {
                some = store.places(organization, id, Optional.of(state), after, PAGE);
                some.forEach(place -> told.add(place.device()));
                after = some.isEmpty() ? after : some.getLast().position();
            } while (some.size() == PAGE);
        }
        return told;
    }
}
